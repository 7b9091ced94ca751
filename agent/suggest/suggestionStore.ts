import Database from "better-sqlite3";
import { z } from "zod";
import type { Problem } from "../../protocol/messages.ts";
import type { SuggestionHow } from "../../protocol/suggestion/suggestion.ts";

/** A suggestion as it is remembered: nothing in it is a value of a row or of the person's text. */
export interface KeptSuggestion {
  readonly id: string;
  readonly at: number;
  /** `actorIdentity` of whom it was made for. */
  readonly actor: string;
  readonly model: string;
  readonly how: SuggestionHow;
  /** What was asked for, as the model was shown it. */
  readonly question: string;
  readonly promptHash: string;
  /** The statement as recorded. */
  readonly statement: string;
  /** `likenessOf` the statement. */
  readonly words: readonly string[];
  /** SHA-256 of the exact text. */
  readonly textHash: string;
  /** It was put into a text: what a person then writes may come from it. */
  readonly taken: boolean;
  readonly decided: "run" | "edit" | "reject" | null;
}

/** What somebody decided for one exact text. */
export interface KeptDecision {
  readonly suggestion: string;
  readonly actor: string;
  readonly connection: string;
  readonly textHash: string;
  /** What the text was understood to do when it was looked at. */
  readonly meaning: string;
  readonly decision: "run" | "reject";
  readonly at: number;
}

/** Suggestions cannot be remembered; then nothing a model wrote could be told from what a person wrote. */
export class SuggestionStoreError extends Error {
  readonly problem: Problem;
  constructor(file: string, cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(`The suggestions in ${file} cannot be read: ${detail}.`, { cause });
    this.name = "SuggestionStoreError";
    this.problem = {
      code: "suggestions-unreadable",
      message: this.message,
      action:
        "Nothing runs while nobody can tell what a model wrote. Restore the file, or move it away to begin anew.",
    };
  }
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS suggestions (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  model TEXT NOT NULL,
  how TEXT NOT NULL,
  question TEXT NOT NULL,
  prompt_hash TEXT NOT NULL,
  statement TEXT NOT NULL,
  words TEXT NOT NULL,
  text_hash TEXT NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0,
  decided TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS suggestions_open ON suggestions (actor, at) WHERE decided IS NOT 'run';
CREATE TABLE IF NOT EXISTS decisions (
  suggestion TEXT NOT NULL,
  actor TEXT NOT NULL,
  connection TEXT NOT NULL,
  text_hash TEXT NOT NULL,
  meaning TEXT NOT NULL,
  decision TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS decisions_by_text ON decisions (text_hash, actor);
`;

const BUSY_TIMEOUT_MS = 5_000;
const KEPT_MS = 30 * 24 * 3_600_000;
/** Only what was suggested lately is looked for in what a person writes. */
const OPEN_MS = 7 * 24 * 3_600_000;
const MOST_OPEN = 500;

const ROW = z.object({
  id: z.string(),
  at: z.number(),
  actor: z.string(),
  model: z.string(),
  how: z.enum(["inline", "ask", "fix", "optimise", "chat"]),
  question: z.string(),
  prompt_hash: z.string(),
  statement: z.string(),
  words: z.string(),
  text_hash: z.string(),
  taken: z.number(),
  decided: z.enum(["run", "edit", "reject"]).nullable(),
});
const DECISION = z.object({
  suggestion: z.string(),
  actor: z.string(),
  connection: z.string(),
  text_hash: z.string(),
  meaning: z.string(),
  decision: z.enum(["run", "reject"]),
  at: z.number(),
});

/** The suggestions of this machine account, and what was decided about them. Shared by all its processes. */
export class SuggestionStore {
  readonly #file: string;
  readonly #database: Database.Database;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #now: () => number;
  /** By actor, until this process or another one writes. */
  readonly #open = new Map<string, readonly KeptSuggestion[]>();
  #version: unknown = null;

  /** @throws SuggestionStoreError */
  constructor(file: string, now: () => number = Date.now) {
    this.#file = file;
    this.#now = now;
    this.#database = this.#guarded(() => open(file));
    this.#sql = this.#guarded(() => prepare(this.#database));
    this.#guarded(() => {
      const old = this.#now() - KEPT_MS;
      this.#sql.forgetSuggestions.run(old);
      this.#sql.forgetDecisions.run(old);
    });
  }

  add(kept: KeptSuggestion): void {
    const { id, at, actor, model, how, question, promptHash, statement, words, textHash, taken } = kept;
    this.#guarded(() =>
      this.#sql.add.run(
        id,
        at,
        actor,
        model,
        how,
        question,
        promptHash,
        statement,
        words.join("\u0001"),
        textHash,
        taken ? 1 : 0,
      ),
    );
    this.#open.clear();
  }

  find(id: string): KeptSuggestion | undefined {
    const row = this.#guarded(() => this.#sql.find.get(id));
    return row === undefined ? undefined : keptOf(row);
  }

  take(id: string): void {
    this.#guarded(() => this.#sql.take.run(id));
    this.#open.clear();
  }

  /** What this person has been offered lately and has not agreed to run; newest first. */
  open(actor: string): readonly KeptSuggestion[] {
    const version = this.#guarded(() => this.#database.pragma("data_version", { simple: true }));
    if (version !== this.#version) this.#open.clear();
    this.#version = version;
    const known = this.#open.get(actor);
    if (known !== undefined) return known;
    const rows = this.#guarded(() => this.#sql.open.all(actor, this.#now() - OPEN_MS, MOST_OPEN));
    const open = rows.map(keptOf);
    this.#open.set(actor, open);
    return open;
  }

  decide(decided: Omit<KeptDecision, "decision"> & { readonly decision: "run" | "edit" | "reject" }): void {
    const { suggestion, actor, connection, textHash, meaning, decision, at } = decided;
    this.#guarded(() =>
      this.#database
        .transaction(() => {
          this.#sql.markDecided.run(decision, suggestion);
          if (decision !== "edit")
            this.#sql.decide.run(suggestion, actor, connection, textHash, meaning, decision, at);
        })
        .immediate(),
    );
    this.#open.clear();
  }

  /** Everything this person decided for this text, newest first. */
  decisions(textHash: string, actor: string): readonly KeptDecision[] {
    return this.#guarded(() => this.#sql.decisions.all(textHash, actor)).map((row) => {
      const { text_hash, ...rest } = DECISION.parse(row);
      return { ...rest, textHash: text_hash };
    });
  }

  close(): void {
    this.#database.close();
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new SuggestionStoreError(this.#file, error);
    }
  }
}

function open(file: string): Database.Database {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma("journal_mode = WAL");
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const prepare = (database: Database.Database) => ({
  add: database.prepare(
    "INSERT INTO suggestions (id, at, actor, model, how, question, prompt_hash, statement, words, text_hash, taken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  ),
  find: database.prepare("SELECT * FROM suggestions WHERE id = ?"),
  take: database.prepare("UPDATE suggestions SET taken = 1 WHERE id = ?"),
  open: database.prepare(
    "SELECT * FROM suggestions WHERE actor = ? AND at > ? AND decided IS NOT 'run' ORDER BY at DESC, id LIMIT ?",
  ),
  markDecided: database.prepare("UPDATE suggestions SET decided = ? WHERE id = ?"),
  decide: database.prepare(
    "INSERT INTO decisions (suggestion, actor, connection, text_hash, meaning, decision, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  ),
  decisions: database.prepare(
    "SELECT * FROM decisions WHERE text_hash = ? AND actor = ? ORDER BY at DESC, rowid DESC",
  ),
  forgetSuggestions: database.prepare("DELETE FROM suggestions WHERE at < ?"),
  forgetDecisions: database.prepare("DELETE FROM decisions WHERE at < ?"),
});

function keptOf(row: unknown): KeptSuggestion {
  const { prompt_hash, text_hash, words, taken, ...rest } = ROW.parse(row);
  return {
    ...rest,
    promptHash: prompt_hash,
    textHash: text_hash,
    words: words === "" ? [] : words.split("\u0001"),
    taken: taken === 1,
  };
}
