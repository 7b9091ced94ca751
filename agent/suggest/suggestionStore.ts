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
  /** `sameTokens` of the statement. */
  readonly tokensHash: string;
  /** `sameDeed` of the statement; empty where it was not understood. */
  readonly deedHash: string;
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
  readonly reason: string | null;
  readonly at: number;
  /** It was to run something that changes data, and that has run. */
  readonly used: boolean;
}

/** A decision as it is found again. */
export interface FoundDecision extends KeptDecision {
  readonly id: number;
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
  tokens_hash TEXT NOT NULL DEFAULT '',
  deed_hash TEXT NOT NULL DEFAULT '',
  taken INTEGER NOT NULL DEFAULT 0,
  decided TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS suggestions_of ON suggestions (actor, at);
CREATE TABLE IF NOT EXISTS decisions (
  suggestion TEXT NOT NULL,
  actor TEXT NOT NULL,
  connection TEXT NOT NULL,
  text_hash TEXT NOT NULL,
  meaning TEXT NOT NULL,
  decision TEXT NOT NULL,
  reason TEXT,
  at INTEGER NOT NULL,
  used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS decisions_by_text ON decisions (text_hash, actor);
`;

/** What files of earlier versions lack. */
const ADDED = [
  ["suggestions", "tokens_hash", "TEXT NOT NULL DEFAULT ''"],
  ["suggestions", "deed_hash", "TEXT NOT NULL DEFAULT ''"],
  ["decisions", "reason", "TEXT"],
  ["decisions", "used", "INTEGER NOT NULL DEFAULT 0"],
] as const;

const BUSY_TIMEOUT_MS = 5_000;
const KEPT_MS = 30 * 24 * 3_600_000;
/** Only what was suggested lately is looked for in what a person writes. */
const RECENT_MS = 7 * 24 * 3_600_000;
const MOST_RECENT = 500;

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
  tokens_hash: z.string(),
  deed_hash: z.string(),
  taken: z.number(),
  decided: z.enum(["run", "edit", "reject"]).nullable(),
});
const DECISION = z.object({
  id: z.number(),
  suggestion: z.string(),
  actor: z.string(),
  connection: z.string(),
  text_hash: z.string(),
  meaning: z.string(),
  decision: z.enum(["run", "reject"]),
  reason: z.string().nullable(),
  at: z.number(),
  used: z.number(),
});

/** The suggestions of this machine account, and what was decided about them. Shared by all its processes. */
export class SuggestionStore {
  readonly #file: string;
  readonly #database: Database.Database;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #now: () => number;
  /** By actor, until this process or another one writes. */
  readonly #recent = new Map<string, readonly KeptSuggestion[]>();
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
    const { tokensHash, deedHash } = kept;
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
        tokensHash,
        deedHash,
        taken ? 1 : 0,
      ),
    );
    this.#recent.clear();
  }

  find(id: string): KeptSuggestion | undefined {
    const row = this.#guarded(() => this.#sql.find.get(id));
    return row === undefined ? undefined : keptOf(row);
  }

  take(id: string): void {
    this.#guarded(() => this.#sql.take.run(id));
    this.#recent.clear();
  }

  /** What this person has been offered lately; newest first. */
  recent(actor: string): readonly KeptSuggestion[] {
    const version = this.#guarded(() => this.#database.pragma("data_version", { simple: true }));
    if (version !== this.#version) this.#recent.clear();
    this.#version = version;
    const known = this.#recent.get(actor);
    if (known !== undefined) return known;
    const rows = this.#guarded(() => this.#sql.recent.all(actor, this.#now() - RECENT_MS, MOST_RECENT));
    const recent = rows.map(keptOf);
    this.#recent.set(actor, recent);
    return recent;
  }

  decide(
    decided: Omit<KeptDecision, "decision" | "used"> & { readonly decision: "run" | "edit" | "reject" },
  ): void {
    const { suggestion, actor, connection, textHash, meaning, decision, reason, at } = decided;
    this.#guarded(() =>
      this.#database
        .transaction(() => {
          this.#sql.markDecided.run(decision, suggestion);
          if (decision !== "edit")
            this.#sql.decide.run(suggestion, actor, connection, textHash, meaning, decision, reason, at);
        })
        .immediate(),
    );
    this.#recent.clear();
  }

  /** Everything this person decided for this text, newest first. */
  decisions(textHash: string, actor: string): readonly FoundDecision[] {
    return this.#guarded(() => this.#sql.decisions.all(textHash, actor)).map((row) => {
      const { text_hash, used, ...rest } = DECISION.parse(row);
      return { ...rest, textHash: text_hash, used: used === 1 };
    });
  }

  /** Takes a decision for the one run it is for; false where another took it first. */
  use(decision: number): boolean {
    return this.#guarded(() => this.#sql.use.run(decision)).changes === 1;
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
    addMissing(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Two processes may come upon the same old file at once. */
function addMissing(database: Database.Database): void {
  database
    .transaction(() => {
      for (const [table, column, type] of ADDED) {
        const known = database
          .prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?")
          .get(table, column);
        if (known === undefined) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
      }
    })
    .immediate();
}

const prepare = (database: Database.Database) => ({
  add: database.prepare(
    "INSERT INTO suggestions (id, at, actor, model, how, question, prompt_hash, statement, words, text_hash, tokens_hash, deed_hash, taken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  ),
  find: database.prepare("SELECT * FROM suggestions WHERE id = ?"),
  take: database.prepare("UPDATE suggestions SET taken = 1 WHERE id = ?"),
  recent: database.prepare(
    "SELECT * FROM suggestions WHERE actor = ? AND at > ? ORDER BY at DESC, id LIMIT ?",
  ),
  markDecided: database.prepare("UPDATE suggestions SET decided = ? WHERE id = ?"),
  decide: database.prepare(
    "INSERT INTO decisions (suggestion, actor, connection, text_hash, meaning, decision, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  ),
  decisions: database.prepare(
    "SELECT rowid AS id, * FROM decisions WHERE text_hash = ? AND actor = ? ORDER BY at DESC, rowid DESC",
  ),
  use: database.prepare("UPDATE decisions SET used = 1 WHERE rowid = ? AND used = 0"),
  forgetSuggestions: database.prepare("DELETE FROM suggestions WHERE at < ?"),
  forgetDecisions: database.prepare("DELETE FROM decisions WHERE at < ?"),
});

function keptOf(row: unknown): KeptSuggestion {
  const { prompt_hash, text_hash, tokens_hash, deed_hash, words, taken, ...rest } = ROW.parse(row);
  return {
    ...rest,
    promptHash: prompt_hash,
    textHash: text_hash,
    tokensHash: tokens_hash,
    deedHash: deed_hash,
    words: words === "" ? [] : words.split("\u0001"),
    taken: taken === 1,
  };
}
