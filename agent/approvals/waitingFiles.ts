import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { HERE_ID } from "../../protocol/approval/answeredHere.ts";
import { ACTOR } from "../../protocol/audit/bodies/parties.ts";
import { CONNECTION_PROFILE } from "../../protocol/connectionSchema.ts";

const MOST_WAITING = 200;

/** A program's statement that waits for a person: as it would run, so it lies in a file of their own and in no record. */
const WAITING = z.object({
  id: z.string().regex(HERE_ID),
  actor: ACTOR,
  connection: CONNECTION_PROFILE,
  text: z.string(),
  purpose: z.string(),
  task: z.string(),
  /** ISO 8601. */
  askedAt: z.string(),
  expiresAt: z.string(),
  /** In another place: then it waits here no more. */
  answered: z.literal(true).exactOptional(),
});
export type WaitingStatement = z.infer<typeof WAITING>;

/**
 * The texts of what waits, one file each, so that another process can show them. They prove nothing: what is agreed to is
 * judged anew where a person reads it, and what runs is held against what they agreed to.
 */
export class WaitingFiles {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = path.join(home, "waiting");
  }

  keep(waiting: WaitingStatement): void {
    fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const id of this.#ids().slice(0, -MOST_WAITING)) this.forget(id);
    const temporary = path.join(this.#folder, `.${waiting.id}.tmp`);
    fs.writeFileSync(temporary, JSON.stringify(waiting), { mode: 0o600 });
    fs.renameSync(temporary, this.#file(waiting.id));
  }

  /** Null where there is none, or what lies there is something else. */
  find(id: string): WaitingStatement | null {
    if (!HERE_ID.test(id)) return null;
    try {
      const parsed = WAITING.safeParse(JSON.parse(fs.readFileSync(this.#file(id), "utf8")));
      return parsed.success && parsed.data.id === id ? parsed.data : null;
    } catch {
      return null;
    }
  }

  /** Oldest first. */
  list(): readonly WaitingStatement[] {
    return this.#ids()
      .flatMap((id) => this.find(id) ?? [])
      .sort((a, b) => a.askedAt.localeCompare(b.askedAt));
  }

  forget(id: string): void {
    if (HERE_ID.test(id)) fs.rmSync(this.#file(id), { force: true });
  }

  #file(id: string): string {
    return path.join(this.#folder, `${id}.json`);
  }

  /** By age, oldest first. */
  #ids(): readonly string[] {
    let names: readonly string[];
    try {
      names = fs.readdirSync(this.#folder);
    } catch {
      return [];
    }
    return names
      .flatMap((name) => /^(here-[0-9a-f]{32})\.json$/.exec(name)?.[1] ?? [])
      .map((id) => ({ id, at: fs.statSync(this.#file(id), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
      .sort((a, b) => a.at - b.at)
      .map(({ id }) => id);
  }
}
