import type { Relation } from "../../../protocol/catalog.ts";
import { Analysis, type Frame, type Readers } from "../postgres/analysis.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import type { Field, Value } from "../postgres/value.ts";
import type { MysqlSession, TableName } from "./session.ts";

/** Names inside of a routine beside columns; NEW and OLD of a trigger are rows. */
export interface RoutineNames {
  /** What any variable of the routine may hold. */
  readonly held: Value;
  /** The table whose rows a trigger works on. */
  readonly table: Relation | undefined;
  lookup(name: string): Field | undefined;
  row(name: string): Value | undefined;
}

/** An analysis that knows the session the statement runs in, and what it puts into user variables. */
export class MysqlAnalysis extends Analysis {
  readonly session: MysqlSession;
  /** Names of the routine whose body is read, those of the block being read first. */
  routineNames: RoutineNames | undefined;
  /** What this statement assigns to user variables, by name in lower case. */
  readonly assigned = new Map<string, Value>();
  /** What the reading before this one found to be assigned: reads see it wherever they stand. */
  readonly carried: ReadonlyMap<string, Value>;
  /** Queries whose rows a routine hands to the client. */
  readonly returned: (readonly Field[])[] = [];
  /** What flows into the variables of the routine whose body is read. */
  readonly held: Value[] = [];
  /** What EXECUTE hands to the parameters of a kept statement. */
  given: readonly Value[] = [];
  /** Names that mean another table, or none, once this has run. */
  readonly changedNames = new Map<string, TableName>();
  /** Those of them that code changes which this calls. */
  readonly namesChangedInside = new Set<string>();
  /** Some user variable that this statement assigns is read by it. */
  readsOwnVariables = false;

  constructor(
    index: CatalogIndex,
    frame: Frame,
    readers: Readers,
    session: MysqlSession,
    opening: readonly number[] = [],
    names?: RoutineNames,
    carried: ReadonlyMap<string, Value> = new Map(),
  ) {
    super(index, frame, readers, opening);
    this.session = session;
    this.routineNames = names;
    this.carried = carried;
  }

  /** Reads with the names of an inner block. */
  within(names: RoutineNames, read: () => void): void {
    const outer = this.routineNames;
    this.routineNames = names;
    read();
    this.routineNames = outer;
  }
}

/** Every analysis of this folder's readers is one of these. */
export function asMysql(analysis: Analysis): MysqlAnalysis {
  if (analysis instanceof MysqlAnalysis) return analysis;
  throw new TypeError("A reader of MySQL was given an analysis of another dialect.");
}
