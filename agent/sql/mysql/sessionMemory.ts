import type { StatementFacts, Understanding } from "../facts.ts";
import type { MysqlAnalysis } from "./mysqlAnalysis.ts";
import type { Statement } from "./parser/statement.ts";
import type { MysqlMemory, Prepared, TableName, VariableContent } from "./session.ts";
import { contentFrom } from "./userVariables.ts";

/** What a statement will have left in its session once it has run. */
interface Effects {
  readonly variables: ReadonlyMap<string, VariableContent>;
  readonly prepared?: readonly [name: string, prepared: Prepared | undefined];
  readonly dropped?: string;
  readonly opened?: readonly [name: string, oid: number | undefined];
  readonly closed?: string;
  /** Names that may mean another table afterwards. */
  readonly tableNames: ReadonlyMap<string, TableName>;
}

const effects = new WeakMap<StatementFacts, Effects>();

/** Keeps what a statement leaves behind beside its facts. */
export function rememberEffects(facts: StatementFacts, analysis: MysqlAnalysis, statement: Statement): void {
  effects.set(facts, {
    variables: new Map([...analysis.assigned].map(([name, value]) => [name, contentFrom(value)])),
    tableNames: new Map(analysis.changedNames),
    ...(statement.kind === "prepare" && !statement.immediate
      ? { prepared: [statement.name, preparedOf(statement.text, analysis)] }
      : {}),
    ...(statement.kind === "deallocate" ? { dropped: statement.name } : {}),
    ...handlerEffects(facts, statement),
  });
}

function handlerEffects(facts: StatementFacts, statement: Statement): Pick<Effects, "opened" | "closed"> {
  if (statement.kind !== "handler") return {};
  if (statement.action === "close") return { closed: statement.name };
  return statement.action === "open" ? { opened: [statement.name, facts.relations[0]?.oid] } : {};
}

const preparedOf = (text: string | undefined, { session }: MysqlAnalysis): Prepared | undefined =>
  text === undefined ? undefined : { text, settings: session.settings };

/**
 * The memory while a statement runs, and after it where it fails: any of its variables may have been assigned, and
 * what its PREPARE or HANDLER left under the name is not known. A table it made may be there all the same.
 */
export function beginsMysql(memory: MysqlMemory, understanding: Understanding): MysqlMemory {
  if (understanding.kind !== "understood" && understanding.kind !== "cannot_tell") return memory;
  const found = effects.get(understanding.facts);
  const { opened } = found ?? {};
  if (!found || (found.variables.size === 0 && !found.prepared && !opened && found.tableNames.size === 0)) {
    return memory;
  }
  const prepared = new Map(memory.prepared);
  if (found.prepared) prepared.set(found.prepared[0], undefined);
  const tableNames = new Map([...memory.tableNames, ...found.tableNames]);
  const handlers = new Map(memory.handlers);
  if (opened) handlers.set(opened[0], handlers.has(opened[0]) ? undefined : opened[1]);
  return { ...memory, variables: withVariables(memory, found), prepared, tableNames, handlers };
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
  const handlers = new Map(memory.handlers);
  if (found.opened) handlers.set(...found.opened);
  if (found.closed !== undefined) handlers.delete(found.closed);
  return { ...memory, variables: withVariables(memory, found), prepared, handlers };
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
