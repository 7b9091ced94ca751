import { readString } from "../intos.ts";
import { atQuery } from "../queries.ts";
import type { DescribeStatement, ExplainStatement, Statement } from "../statement.ts";
import { readTableName } from "../tableNames.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readMaintenance } from "./maintenance.ts";
import { readStatement } from "./statements.ts";

const explainable: ReadonlySet<string> = new Set(
  "SELECT INSERT REPLACE UPDATE DELETE WITH VALUES TABLE".split(" "),
);

/** EXPLAIN, DESCRIBE and ANALYZE: the plan of a statement, or the columns of a table. */
export function readExplain(stream: TokenStream): ExplainStatement | DescribeStatement {
  const { key } = stream.next();
  let runs = !stream.mysql && key === "ANALYZE";
  if (stream.mysql && stream.accept("ANALYZE")) runs = true;
  let format = "";
  if (stream.at("EXTENDED") || stream.at("PARTITIONS")) {
    // Each could be the name of a table.
    const plans = explainable.has(stream.ahead().key) || stream.ahead().key === "(";
    if (plans) format = stream.next().key.toLowerCase();
  } else if (stream.at("FORMAT", "=")) {
    stream.next();
    stream.next();
    format = (stream.token.kind === "string" ? readString(stream) : stream.name()).toLowerCase();
    if (stream.mysql && stream.accept("INTO")) stream.beyond("a plan kept in a variable is not followed");
    if (format === "traditional") format = "";
  }
  if (stream.accept("FOR", "CONNECTION") || (!stream.mysql && stream.accept("FOR"))) {
    stream.next();
    return { kind: "explain", runs, format, statement: undefined };
  }
  if (explainable.has(stream.token.key) || atQuery(stream, 0)) {
    const statement: Statement = readStatement(stream);
    return { kind: "explain", runs, format, statement };
  }
  return readDescribe(stream);
}

function readDescribe(stream: TokenStream): DescribeStatement {
  const relation = readTableName(stream);
  if (stream.token.kind === "string") stream.next();
  else if (stream.atName) stream.name();
  return { kind: "describe", relation };
}

/** ANALYZE of MariaDB runs a statement; ANALYZE TABLE counts. */
export function readAnalyze(stream: TokenStream): Statement {
  const { key } = stream.ahead();
  if (["TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG"].includes(key)) return readMaintenance(stream);
  return readExplain(stream);
}
