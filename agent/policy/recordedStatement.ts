import type { JudgedBody } from "../../protocol/audit/record.ts";
import { type ConnectionProfile, ENGINES, type Environment } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { type Category, type Label, LEVELS, MASK_KINDS } from "../../protocol/label.ts";
import type {
  ColumnId,
  ColumnUse,
  Effect,
  OutputColumn,
  RelationUse,
  Span,
  StatementFacts,
  Transform,
  UseRole,
} from "../sql/facts.ts";
import { columnKey } from "../sql/facts.ts";
import { UNCLASSIFIED } from "./columnPlans.ts";
import type { DecisionInput } from "./decisionInput.ts";

/** A statement as another policy can judge it from what was recorded. */
export interface RecordedStatement {
  readonly input: DecisionInput;
  readonly facts: StatementFacts;
  /** Rules that found something. */
  readonly found: ReadonlySet<string>;
  /** Version of the collector's policy it was judged under; 0 for none. */
  readonly central: number;
  readonly maxRows: number | null;
  /** Sensitive columns it uses, and those nobody had classified, with their labels. */
  readonly sensitive: readonly { readonly column: ColumnId; readonly label: Label }[];
}

export type ReadRecord =
  | { readonly kind: "statement"; readonly statement: RecordedStatement }
  /** Nothing of it was understood, so that it is refused under any policy. */
  | { readonly kind: "never_understood" }
  /** `why` is a sentence. */
  | { readonly kind: "cannot_tell"; readonly why: string };

const NOWHERE: Span = { start: 0, end: 0 };
const CATEGORIES: readonly Category[] = ["PII", "PHI", "PCI", "credential", "business", "none"];
const EFFECTS: readonly Effect[] = ["read", "write", "ddl", "admin", "session", "unknown"];
const ENVIRONMENTS: readonly Environment[] = ["production", "staging", "development"];
const TRANSFORMS: readonly Transform[] = ["direct", "expression", "aggregate", "opaque", "constant", "plan"];
const ROLES: readonly UseRole[] = [
  "output",
  "filter_equality",
  "filter_other",
  "join_equality",
  "join_other",
  "sort",
  "group",
  "distinct",
  "set_operation",
  "assignment",
  "function_argument",
];

/** The record does not say what it would have to. The message is a sentence. */
class Unreadable extends Error {}

/** Reads from a record what policy looks at. What the record does not hold is never guessed. */
export function readRecordedStatement(body: JudgedBody): ReadRecord {
  if (body.statementKind === "syntax_error" || body.statementKind === "unresolved")
    return { kind: "never_understood" };
  try {
    return { kind: "statement", statement: statementOf(body) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: "cannot_tell", why: error.message };
  }
}

function statementOf(body: JudgedBody): RecordedStatement {
  const { basis, actor, purpose } = body;
  if (basis === undefined)
    throw new Unreadable("It was recorded before records held what another judgement needs.");
  const labels = labelsOf(body);
  const facts = factsOf(body, basis);
  const columns = new Map(
    [...facts.reads, ...facts.writes, ...facts.outputs.flatMap(({ sources }) => sources.map(asUse))].map(
      ({ column }) => [columnKey(column), column],
    ),
  );
  const unclassified = new Set(basis.unclassified);
  const sensitive = [...columns].flatMap(([key, column]) => {
    const label = labels.get(key) ?? (unclassified.has(key) ? UNCLASSIFIED : undefined);
    return label === undefined ? [] : [{ column, label }];
  });
  const understood = !body.findings.some(({ rule }) => rule === "cannot-tell");
  return {
    facts,
    found: new Set(body.findings.map(({ rule }) => rule)),
    central: basis.central,
    maxRows: basis.maxRows,
    sensitive,
    input: {
      understanding: { kind: understood ? "understood" : "cannot_tell", facts },
      actor,
      connection: connectionOf(body),
      inferenceCounts: { matches: 0, inferences: basis.inferencesBefore },
      ...(purpose === null ? {} : { purpose }),
      labelOf: (id) => {
        const key = columnKey(id);
        return labels.get(key) ?? (unclassified.has(key) ? undefined : ORDINARY);
      },
      estimatedRows: () => undefined,
    },
  };
}

/** Of a column whose label is not recorded nothing is hidden. */
const ORDINARY: Label = {
  infoType: "ordinary",
  category: "none",
  level: "internal",
  mask: "full",
  confidence: 1,
  evidence: [],
};

function factsOf(body: JudgedBody, basis: NonNullable<JudgedBody["basis"]>): StatementFacts {
  const uses = body.reads.map(
    ({ column, role, bare }): ColumnUse => ({
      column: columnOf(column),
      role: oneOf(ROLES, role, "a role"),
      bare: bare === true,
      span: NOWHERE,
    }),
  );
  const effect = oneOf(EFFECTS, body.effect, "an effect");
  return {
    dialect: oneOf(ENGINES, body.connection.engine, "an engine"),
    kind: body.statementKind,
    effect,
    reads: uses,
    writes: body.writes.map((column) => ({ ...asUse(columnOf(column)), role: "assignment" })),
    outputs: body.outputs.map(
      ({ name, sources, transform, countOnly }): OutputColumn => ({
        name,
        sources: sources.map(columnOf),
        transform: oneOf(TRANSFORMS, transform ?? "direct", "a transform"),
        countOnly: countOnly === true,
        span: NOWHERE,
      }),
    ),
    relations: basis.relations.map(relationOf),
    functions: basis.functions.map((name) => ({
      schema: "",
      name,
      volatility: "volatile",
      hazards: [],
      span: NOWHERE,
    })),
    targets: [],
    actions: [],
    settings: [],
    flows: (basis.flows ?? []).map(({ target, sources, opaque }) => ({
      target: columnOf(target),
      sources: sources.map(columnOf),
      unchanged: false,
      opaque: opaque === true,
    })),
    ...(basis.limit === null ? {} : { limit: basis.limit }),
    hasOrderBy: false,
    crossJoin: false,
    locksRows: false,
    unanchoredSearches: [],
    literals: [],
    unknowns: [],
    parameters: 0,
    span: NOWHERE,
  };
}

const asUse = (column: ColumnId): ColumnUse => ({ column, role: "output", bare: true, span: NOWHERE });

/** Only its name is looked at. */
function relationOf(text: string): RelationUse {
  const dot = text.indexOf(".");
  return {
    schema: text.slice(0, dot),
    name: text.slice(dot + 1),
    oid: 0,
    kind: "table",
    access: "read",
    indirect: false,
    span: NOWHERE,
    version: "",
  };
}

function labelsOf({ labels }: JudgedBody): ReadonlyMap<string, Label> {
  return new Map(
    labels.map(({ column, infoType, level, category, mask }) => [
      column,
      {
        infoType,
        category: oneOf(CATEGORIES, category, "a category"),
        level: oneOf(LEVELS, level, "a level"),
        mask: oneOf(MASK_KINDS, mask, "a mask"),
        confidence: 1,
        evidence: [],
        // A document that could not be redacted was recorded with the mask it had.
        ...(infoType === "personal_json" && mask === "redact" ? { paths: {} } : {}),
      },
    ]),
  );
}

function connectionOf({ connection }: JudgedBody): ConnectionProfile {
  const { id, name, host, port, database, environmentSet } = connection;
  const environment = oneOf(ENVIRONMENTS, connection.environment, "an environment");
  return {
    id: connectionId(id),
    name,
    engine: oneOf(ENGINES, connection.engine, "an engine"),
    host,
    port,
    database,
    user: "",
    tls: "disable",
    ...(environmentSet ? { environment } : {}),
  };
}

function columnOf(key: string): ColumnId {
  const [schema, table, column, ...more] = key.split(".");
  if (schema === undefined || table === undefined || column === undefined || more.length > 0)
    throw new Unreadable(`Which column ${key} is cannot be told: there is a dot in a name.`);
  return { schema, table, column };
}

function oneOf<T extends string>(known: readonly T[], text: string | undefined, what: string): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new Unreadable(`The record holds ${what} that is not known here.`);
  return found;
}
