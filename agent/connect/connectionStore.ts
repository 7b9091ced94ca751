import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { CONNECTION_PROFILE } from "../../protocol/connectionSchema.ts";
import { isCentralId } from "../../protocol/lease/centralId.ts";
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
    // What is called like one of the collector's is none of this file's.
    if (parsed.success) return parsed.data.connections.filter(({ id }) => !isCentralId(id));
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

  /** @throws ConnectError where it is the collector's. */
  save(profile: ConnectionProfile): void {
    this.requireOwn(profile.id);
    const others = this.list().filter((other) => other.id !== profile.id);
    this.#write([...others, profile]);
  }

  /** @throws ConnectError where it is the collector's. */
  remove(id: string): void {
    this.requireOwn(id);
    this.#write(this.list().filter((profile) => profile.id !== id));
  }

  /** @throws ConnectError where such an id is the collector's. */
  requireOwn(id: string): void {
    if (!isCentralId(id)) return;
    throw new ConnectError({
      code: "connection-is-central",
      message: "This connection is kept by the collector, and so is everything that is set of it.",
      action: "Ask whoever runs the collector to change it.",
    });
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
