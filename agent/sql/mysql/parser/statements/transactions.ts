import type { PlainStatement } from "../statement.ts";
import type { TokenStream } from "../tokenStream.ts";

const transaction = (name: string, kind: PlainStatement["transaction"]): PlainStatement => ({
  kind: "plain",
  name,
  effect: "session",
  actions: [],
  ...(kind === undefined ? {} : { transaction: kind }),
});

/** BEGIN, START TRANSACTION, COMMIT, ROLLBACK, SAVEPOINT, RELEASE; undefined for a START of something else. */
export function readTransaction(stream: TokenStream): PlainStatement | undefined {
  switch (stream.token.key) {
    case "BEGIN":
      if (stream.ahead().key === "NOT") return undefined;
      stream.next();
      stream.accept("WORK");
      return transaction("begin", "begin");
    case "START":
      if (!stream.accept("START", "TRANSACTION")) return undefined;
      if (!stream.ended && !stream.at(";")) stream.list(() => readCharacteristic(stream));
      return transaction("begin", "begin");
    case "COMMIT":
    case "ROLLBACK":
      return readEnd(stream);
    case "SAVEPOINT":
      stream.next();
      stream.name();
      return transaction("savepoint", "savepoint");
    case "RELEASE":
      stream.expect("RELEASE", "SAVEPOINT");
      stream.name();
      return transaction("release", "release");
    default:
      return undefined;
  }
}

function readCharacteristic(stream: TokenStream): void {
  if (stream.accept("WITH", "CONSISTENT", "SNAPSHOT")) return;
  stream.expect("READ");
  if (!stream.acceptAny("ONLY", "WRITE")) stream.fail("ONLY or WRITE is expected here");
}

function readEnd(stream: TokenStream): PlainStatement {
  const name = stream.next().key.toLowerCase();
  stream.accept("WORK");
  if (name === "rollback" && stream.accept("TO")) {
    stream.accept("SAVEPOINT");
    stream.name();
    return transaction("rollback_to", "rollback_to");
  }
  const chains = stream.accept("AND", "CHAIN");
  if (!chains && stream.accept("AND")) stream.expect("NO", "CHAIN");
  const releases = stream.accept("RELEASE");
  if (stream.accept("NO")) stream.expect("RELEASE");
  const found = transaction(name, name === "commit" ? "commit" : "rollback");
  // Another transaction begins at once, or the connection ends: nobody outside sees that.
  return chains || releases
    ? { ...found, unknown: `${name.toUpperCase()} does more than end a transaction` }
    : found;
}
