import type { Catalog, Relation } from "../../protocol/catalog.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { QueryRunner } from "../catalog/queryRunner.ts";
import type { SampleDialect } from "../classify/sampleDialect.ts";
import type { DatabaseSession } from "../connect/databaseSession.ts";
import type { ColumnId, SplitStatement, StatementFacts, Understanding } from "../sql/facts.ts";
import type { Keepable } from "../sql/keepable.ts";
import type { CatalogIndex } from "../sql/postgres/catalogIndex.ts";
import type { SplitResult } from "../sql/postgres/split.ts";

/** How long a statement may run where the server has no limit of its own that pauses with a result. */
export const STATEMENT_TIMEOUT_MS = 5 * 60_000;

/** What it takes to open a backend. */
export interface SessionTarget {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
  readonly applicationName: string;
  /** A relation of the catalog by its oid. */
  readonly relation: (oid: number) => Relation | undefined;
}

/** How one session's statements read: what it has set, prepared and declared so far. */
export interface SessionReading {
  understand(statement: SplitStatement, index: CatalogIndex): Understanding;
  /** To be called before one is sent: even where it fails, it may leave some of it. True as for `remember`. */
  begins(understanding: Understanding): boolean;
  /** To be called after a statement that ran; true where others may read differently now. */
  remember(statement: SplitStatement, understanding: Understanding | undefined, index: CatalogIndex): boolean;
  /** How the rows of a write are read and put back; of more than `maxRows` it need not be exact. */
  keepable(statement: SplitStatement, facts: StatementFacts, index: CatalogIndex, maxRows: number): Keepable;
  /** The read that counts what a write would change, and stops after `most`; undefined where no read can tell. */
  counting(
    statement: SplitStatement,
    facts: StatementFacts,
    index: CatalogIndex,
    most: number,
  ): string | undefined;
  /** The savepoint a statement sets, releases or goes back to, so that equal names are equal texts. */
  savepoint(statement: SplitStatement): string | undefined;
  /** To be called after one that may have changed settings; the schemas names are looked up in, or null for the catalog's. */
  readSettings(backend: DatabaseSession): Promise<readonly string[] | null>;
  /** Statements that ran, failed ones included, may have left temporary tables that no action of theirs tells of. */
  mayHaveTemporary(): boolean;
  /** What exists for this session, temporary tables included; `shared` is what exists for everybody. */
  ownCatalog(backend: DatabaseSession, shared: Catalog): Promise<Catalog>;
}

/** Everything in which one kind of database differs from the others, outside of its rooms. */
export interface DatabaseEngine {
  /** @throws ConnectError */
  openSession(target: SessionTarget): Promise<DatabaseSession>;
  /** @throws CatalogError */
  loadCatalog(session: DatabaseSession): Promise<Catalog>;
  /** Changes with the schema. */
  fingerprint(run: QueryRunner): Promise<string>;
  /** How a new session on this database reads. */
  newReading(catalog: Catalog): SessionReading;
  /** Whether tables of this schema are a session's own. */
  isTemporary(schema: string): boolean;
  /** Where a statement ends depends on the server's settings, which come with the catalog. */
  readonly splitsBySettings: boolean;
  /** What ends a transaction without saying so commits it. */
  readonly commitsByItself: boolean;
  split(text: string, catalog: Catalog | null): SplitResult;
  /** The same for a text that may be half typed: a broken statement hides none of the others. */
  splitWhileTyping(text: string, catalog: Catalog | null): readonly SplitStatement[];
  /** A statement as it may be recorded: without the literals that meet hidden columns; without any where `facts` is null. */
  redact(
    statement: SplitStatement,
    facts: StatementFacts | null,
    isHidden: (column: ColumnId) => boolean,
    catalog: Catalog | null,
  ): string;
  /** How a sample of a table is asked for; undefined for PostgreSQL, whose way is the sampler's own. */
  readonly samples: SampleDialect | undefined;
}
