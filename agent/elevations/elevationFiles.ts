import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { SIGNED_GRANT } from "../../protocol/approval/approval.ts";

const ID = /^[0-9a-f]{32}$/;
const KEPT = z.object({
  id: z.string().regex(ID),
  /** The collector it was asked through. */
  url: z.string(),
  person: z.object({ issuer: z.string(), subject: z.string() }),
  /** Null until it is granted. */
  signed: SIGNED_GRANT.nullable(),
});

/** An elevation that was asked for on this machine. What it is worth is in the collector's signature alone. */
export type KeptElevation = Readonly<z.infer<typeof KEPT>>;

/** One file for each, which every process of this machine account reads. */
export class ElevationFiles {
  readonly #folder: string;
  #seen: number | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether files came or went since it was last asked. */
  changed(): boolean {
    const { mtimeMs } = fs.statSync(this.#folder, { throwIfNoEntry: false }) ?? { mtimeMs: null };
    const changed = mtimeMs !== this.#seen;
    this.#seen = mtimeMs;
    return changed;
  }

  has(id: string): boolean {
    return fs.existsSync(this.#file(id));
  }

  /** A file that cannot be read is none: whoever asked for it finds it at the collector. */
  all(): readonly KeptElevation[] {
    const names = fs.existsSync(this.#folder) ? fs.readdirSync(this.#folder) : [];
    return names
      .filter((name) => name.endsWith(".json") && ID.test(name.slice(0, -5)))
      .flatMap((name) => {
        const kept = KEPT.safeParse(readJson(path.join(this.#folder, name)));
        return kept.success && kept.data.id === name.slice(0, -5) ? [kept.data] : [];
      });
  }

  keep(elevation: KeptElevation): void {
    fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#file(elevation.id);
    fs.writeFileSync(`${file}.${process.pid}.new`, JSON.stringify(elevation), { mode: 0o600 });
    fs.renameSync(`${file}.${process.pid}.new`, file);
  }

  forget(id: string): void {
    fs.rmSync(this.#file(id), { force: true });
  }

  #file(id: string): string {
    return path.join(this.#folder, `${id}.json`);
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
