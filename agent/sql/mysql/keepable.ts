import type { Relation } from "../../../protocol/catalog.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import { type Keepable, type MadeKeys, notKeepable as not } from "../keepable.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { shape } from "../postgres/queryAround.ts";
import { unfit } from "../unfit.ts";
import { isMoment } from "./exactCells.ts";
import type { Token } from "./lexer/token.ts";
import { madeKeys } from "./madeKeys.ts";
import { parseMysql } from "./parser/parse.ts";
import type { DeleteStatement, InsertStatement, Statement, UpdateStatement } from "./parser/statement.ts";
import { quotedName } from "./quotedName.ts";
import { MysqlRows, type RestoringParts, referringColumns, rowTexts } from "./rowTexts.ts";
import type { MysqlSettings } from "./settings.ts";
import { isTemporarySchema } from "./temporarySchema.ts";

type Write = InsertStatement | UpdateStatement | DeleteStatement;

/** From this version on MariaDB returns the rows an INSERT made. */
const RETURNS_INSERTED = 100_500;

/** How the rows of a write on MySQL or MariaDB are read and put back; of more than `maxRows` it need not be exact. */
export function keepableMysql(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
  settings: MysqlSettings,
  maxRows: number,
): Keepable {
  const parsed = parseMysql(statement.text, settings);
  const write = parsed.kind === "parsed" ? writeOf(parsed.statement) : undefined;
  if (parsed.kind !== "parsed" || write === undefined) {
    return not("only the rows of INSERT, UPDATE and DELETE are kept");
  }
  const [target, another] = facts.targets;
  const relation = target === undefined ? undefined : index.relationByOid(target.oid);
  if (target === undefined || relation === undefined || facts.unknowns.length > 0) {
    return not("what it changes is not fully known");
  }
  if (write.kind === "replace" || (write.kind === "insert" && write.duplicate.length > 0)) {
    return not("it may change rows that are there already");
  }
  if (another !== undefined || usesMore(write)) return not("it uses more than one table");
  const reason = unfit(relation, facts, index, isTemporarySchema(relation.schema));
  if (reason !== null) return not(reason);

  const name = `${relation.schema}.${relation.name}`;
  const key = positions(relation, ({ inPrimaryKey }) => inPrimaryKey);
  if (key.length === 0) return not(`${name} has no primary key`);
  if (key.some((position) => isMoment(columnAt(relation, position)))) {
    return not(`the key of ${name} holds moments, which a session's time zone moves`);
  }
  if (parsed.tokens.some(({ kind, key: word }) => kind === "word" && word === "PORTION")) {
    return not("it changes rows for a part of their period");
  }
  const rows = new MysqlRows(relation);
  const assigned = new Set(target.columns);
  if (write.kind === "update" && key.some((position) => assigned.has(columnAt(relation, position).name))) {
    return not("it changes the primary key");
  }
  const operation = write.kind;
  const restoring = restoringParts(rows, operation, key, assigned);
  if (restoring === undefined) return not("it assigns no column that is stored");
  const referred = positions(
    relation,
    (column, position) =>
      (operation !== "update" || assigned.has(column.name)) &&
      referringColumns(relation, position, index).length > 0,
  );
  const base = {
    kind: "keepable",
    operation,
    relation,
    key,
    rowText: `SELECT ${rows.columns} FROM ${rows.table}`,
    restoringText: restoring.parts.join("?"),
    parameters: restoring.parameters,
    texts: rowTexts(rows, key, restoring, referred, index),
  } as const;
  if (!("tables" in write)) {
    const made = inserted(statement.text, write, rows, settings);
    return made === undefined ? not("its rows cannot be told as they are made") : { ...base, ...made };
  }
  const beforeText = selectionOf(statement.text, write, parsed.tokens, rows, settings, facts, maxRows);
  return beforeText === undefined ? not("its condition cannot be asked on its own") : { ...base, beforeText };
}

const writeOf = (statement: Statement): Write | undefined =>
  statement.kind === "insert" ||
  statement.kind === "replace" ||
  statement.kind === "update" ||
  statement.kind === "delete"
    ? statement
    : undefined;

function usesMore(write: Write): boolean {
  if (!("tables" in write)) return false;
  const [only, more] = write.tables;
  const targets = write.kind === "delete" && write.targets !== undefined;
  return targets || write.withClause !== undefined || more !== undefined || !only || !("RangeVar" in only);
}

const positions = (
  relation: Relation,
  wanted: (column: Relation["columns"][number], position: number) => boolean,
): readonly number[] =>
  relation.columns.flatMap((column, position) => (wanted(column, position) ? [position] : []));

function columnAt(relation: Relation, position: number): Relation["columns"][number] {
  const column = relation.columns[position];
  if (column === undefined) throw new RangeError(`${relation.name} has no column at ${position}.`);
  return column;
}

/** Undefined where there is nothing to put back. */
function restoringParts(
  rows: MysqlRows,
  operation: "insert" | "update" | "delete",
  key: readonly number[],
  assigned: ReadonlySet<string>,
): RestoringParts | undefined {
  const where = key.map((position, at) => `${at === 0 ? " WHERE " : " AND "}${rows.name(position)} = `);
  if (operation === "insert") {
    const [first = "", ...others] = where;
    return { parts: [`DELETE FROM ${rows.table}${first}`, ...others, ""], parameters: key };
  }
  // Named, a column that would take the current time takes what it is given.
  const stored = positions(
    rows.relation,
    ({ generated, name, touched }) =>
      !generated && (operation === "delete" || assigned.has(name) || touched === true),
  );
  if (stored.length === 0) return undefined;
  if (operation === "delete") {
    const into = `INSERT INTO ${rows.table} (${stored.map((position) => rows.name(position)).join(", ")}) VALUES (`;
    return { parts: [into, ...stored.slice(1).map(() => ", "), ")"], parameters: stored };
  }
  const set = stored.map((position, at) => `${at === 0 ? " SET " : ", "}${rows.name(position)} = `);
  const [first = "", ...others] = [...set, ...where];
  return { parts: [`UPDATE ${rows.table}${first}`, ...others, ""], parameters: [...stored, ...key] };
}

/** How the rows of an INSERT come to be known. */
function inserted(
  text: string,
  write: InsertStatement,
  rows: MysqlRows,
  settings: MysqlSettings,
): { readonly returningText: string } | { readonly madeKeys: MadeKeys } | undefined {
  const returns = settings.variant === "mariadb" && settings.serverVersion >= RETURNS_INSERTED;
  if (!returns) {
    const made = madeKeys(write, rows.relation);
    return made === undefined ? undefined : { madeKeys: made };
  }
  const returningText = `${text}\n${write.returning.length > 0 ? "," : "RETURNING"} ${rows.columns}`;
  const parsed = parseMysql(returningText, settings);
  const found = parsed.kind === "parsed" ? parsed.statement : undefined;
  if (found?.kind !== "insert") return undefined;
  const { returning: before, ...rest } = write;
  const { returning: after, ...other } = found;
  const same =
    shape(rest) === shape(other) &&
    after.length === before.length + rows.relation.columns.length &&
    shape(after.slice(0, before.length)) === shape(before);
  return same ? { returningText } : undefined;
}

/**
 * Locks and reads what the statement's own condition, order and limit choose, where asking twice does no harm. The
 * grammar has to read the same in it (law 7).
 */
function selectionOf(
  text: string,
  write: UpdateStatement | DeleteStatement,
  tokens: readonly Token[],
  rows: MysqlRows,
  settings: MysqlSettings,
  facts: StatementFacts,
  maxRows: number,
): string | undefined {
  const tail = tailIn(tokens);
  const { start: origin } = facts.span;
  const inside = facts.functions.filter(
    ({ span }) => tail !== undefined && span.end > origin + tail.start && span.start < origin + tail.end,
  );
  const asksTwice = inside.some(
    (use) => use.volatility === "volatile" || use.oid !== undefined || use.hazards.length > 0,
  );
  const assigns = tokens.some(
    ({ kind, key, start }) => kind === "operator" && key === ":=" && start >= (tail?.start ?? text.length),
  );
  if (asksTwice || assigns) return undefined;
  const [table] = write.tables;
  const alias = table && "RangeVar" in table ? table.RangeVar.alias?.aliasname : undefined;
  const from = `FROM ${rows.table}${alias === undefined ? "" : ` AS ${quotedName(alias)}`}`;
  const chosen = tail === undefined ? "" : ` ${text.slice(tail.start, tail.end)}`;
  const limit = write.limit === undefined ? ` LIMIT ${maxRows + 1}` : "";
  const asked = parseMysql(`SELECT 1 ${from}${chosen}`, settings);
  if (asked.kind !== "parsed" || asked.statement.kind !== "query") return undefined;
  const { whereClause, sortClause, limitCount, ...rest } = asked.statement.select;
  const alone = parseMysql(`SELECT 1 ${from}`, settings);
  if (alone.kind !== "parsed" || alone.statement.kind !== "query") return undefined;
  const { limitOption, ...plain } = alone.statement.select;
  const { limitOption: own, ...others } = rest;
  const same =
    shape(others) === shape(plain) &&
    shape(whereClause) === shape(write.where) &&
    shape(sortClause ?? []) === shape(write.sort) &&
    shape(limitCount) === shape(write.limit) &&
    (own === limitOption || write.limit !== undefined);
  return same ? `SELECT ${rows.columns} ${from}${chosen}${limit} FOR UPDATE` : undefined;
}

/** WHERE, ORDER BY and LIMIT of an UPDATE or DELETE, from the first of these words to the last token of theirs. */
function tailIn(tokens: readonly Token[]): { readonly start: number; readonly end: number } | undefined {
  let depth = 0;
  let start: number | undefined;
  let end = 0;
  for (const { kind, key, start: at, end: after } of tokens) {
    if (kind === "operator" && key === "(") depth++;
    if (kind === "operator" && key === ")") depth--;
    if (kind === "end" || (depth === 0 && kind === "operator" && key === ";")) break;
    if (depth === 0 && kind === "word" && key === "RETURNING") break;
    if (depth === 0 && kind === "word" && TAIL.has(key)) start ??= at;
    end = after;
  }
  return start === undefined ? undefined : { start, end };
}

const TAIL: ReadonlySet<string> = new Set(["WHERE", "ORDER", "LIMIT"]);
