import type { Relation } from "../../../protocol/catalog.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import { type Keepable, type MadeKeys, notKeepable as not } from "../keepable.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { shape } from "../postgres/queryAround.ts";
import { unfit } from "../unfit.ts";
import { isMoment } from "./exactCells.ts";
import { madeKeys } from "./madeKeys.ts";
import { parseMysql } from "./parser/parse.ts";
import type { InsertStatement } from "./parser/statement.ts";
import { MysqlRows, type RestoringParts, referringColumns, rowTexts } from "./rowTexts.ts";
import type { MysqlSettings } from "./settings.ts";
import { isTemporarySchema } from "./temporarySchema.ts";
import { usesMore, writeOf, writeSelection } from "./writeSelection.ts";

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
  const chosen = writeSelection(statement.text, write, parsed.tokens, relation, settings, facts);
  if (chosen === undefined) return not("its condition cannot be asked on its own");
  const limit = write.limit === undefined ? ` LIMIT ${maxRows + 1}` : "";
  return { ...base, beforeText: `SELECT ${rows.columns} ${chosen}${limit} FOR UPDATE` };
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
