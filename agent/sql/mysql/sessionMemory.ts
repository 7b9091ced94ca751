import type { StatementFacts, Understanding } from "../facts.ts";
import type { MysqlAnalysis } from "./mysqlAnalysis.ts";
import type { Statement } from "./parser/statement.ts";
import type { MysqlMemory, Prepared, VariableContent } from "./session.ts";
import { contentFrom } from "./userVariables.ts";

/** What a statement will have left in its session once it has run. */
interface Effects {
  readonly variables: ReadonlyMap<string, VariableContent>;
  readonly prepared?: readonly [name: string, prepared: Prepared | undefined];
  readonly dropped?: string;
}

const effects = new WeakMap<StatementFacts, Effects>();

/** Keeps what a statement leaves behind beside its facts. */
export function rememberEffects(facts: StatementFacts, analysis: MysqlAnalysis, statement: Statement): void {
  effects.set(facts, {
    variables: new Map([...analysis.assigned].map(([name, value]) => [name, contentFrom(value)])),
    ...(statement.kind === "prepare" && !statement.immediate
      ? { prepared: [statement.name, preparedOf(statement.text, analysis)] }
      : {}),
    ...(statement.kind === "deallocate" ? { dropped: statement.name } : {}),
  });
}

const preparedOf = (text: string | undefined, { session }: MysqlAnalysis): Prepared | undefined =>
  text === undefined ? undefined : { text, settings: session.settings };

/**
 * The memory while a statement runs, and after it where it fails: any of its variables may have been assigned, and
 * what its PREPARE left under the name is not known.
 */
export function beginsMysql(memory: MysqlMemory, understanding: Understanding): MysqlMemory {
  if (understanding.kind !== "understood" && understanding.kind !== "cannot_tell") return memory;
  const found = effects.get(understanding.facts);
  if (!found || (found.variables.size === 0 && !found.prepared)) return memory;
  const prepared = new Map(memory.prepared);
  if (found.prepared) prepared.set(found.prepared[0], undefined);
  return { ...memory, variables: withVariables(memory, found), prepared };
}

/**
 * The memory after a statement has run. A statement that failed may have assigned some of its variables, so what
 * they held before stays possible.
 */
export function rememberMysql(memory: MysqlMemory, understanding: Understanding): MysqlMemory {
  if (understanding.kind !== "understood" && understanding.kind !== "cannot_tell") return memory;
  const found = effects.get(understanding.facts);
  if (!found) return memory;
  const prepared = new Map(memory.prepared);
  if (found.prepared) prepared.set(...found.prepared);
  if (found.dropped !== undefined) prepared.delete(found.dropped);
  return { ...memory, variables: withVariables(memory, found), prepared };
}

function withVariables(memory: MysqlMemory, { variables }: Effects): ReadonlyMap<string, VariableContent> {
  const all = new Map(memory.variables);
  for (const [name, content] of variables) all.set(name, either(memory.variables.get(name), content));
  return all;
}

/** Rows that don't come leave a variable as it was. */
function either(before: VariableContent | undefined, after: VariableContent): VariableContent {
  if (!before) return after;
  const columns = new Set([...before.columns, ...after.columns]);
  return { columns: [...columns], opaque: before.opaque || after.opaque };
}
