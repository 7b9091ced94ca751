import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { CONNECTION_PROFILE } from "../../protocol/connectionSchema.ts";
import { ConnectError } from "./connectError.ts";

const FILE = z.object({ connections: z.array(CONNECTION_PROFILE) });

/** The saved connections of this user: a readable file without passwords, shared by editor and CLI. */
export class ConnectionStore {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws ConnectError naming the file and the field where it cannot be read. */
  list(): readonly ConnectionProfile[] {
    const text = this.#read();
    if (text === null) return [];
    const parsed = FILE.safeParse(parseJson(text, this.#file));
    if (parsed.success) return parsed.data.connections;
    const [issue] = parsed.error.issues;
    throw unreadable(this.#file, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not understood"}`);
  }

  /** By id, or by name as a person types it. */
  find(idOrName: string): ConnectionProfile | undefined {
    const all = this.list();
    return (
      all.find((profile) => profile.id === idOrName) ??
      all.find((profile) => profile.name.toLowerCase() === idOrName.toLowerCase())
    );
  }

  save(profile: ConnectionProfile): void {
    const others = this.list().filter((other) => other.id !== profile.id);
    this.#write([...others, profile]);
  }

  remove(id: string): void {
    this.#write(this.list().filter((profile) => profile.id !== id));
  }

  #read(): string | null {
    try {
      return fs.readFileSync(this.#file, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw unreadable(this.#file, error instanceof Error ? error.message : String(error));
    }
  }

  #write(connections: readonly ConnectionProfile[]): void {
    const temporary = path.join(path.dirname(this.#file), `.connections-${process.pid}.tmp`);
    fs.writeFileSync(temporary, `${JSON.stringify({ connections }, null, 2)}\n`, { mode: 0o600 });
    fs.renameSync(temporary, this.#file);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

const unreadable = (file: string, detail: string): ConnectError =>
  new ConnectError({
    code: "connections-unreadable",
    message: `The list of connections in ${file} cannot be read: ${detail}.`,
    action: "Correct the file, or move it away and add the connections again.",
  });
