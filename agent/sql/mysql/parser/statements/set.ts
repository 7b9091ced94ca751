import type { Node } from "libpg-query";
import type { ObjectAction, SettingChange, Span } from "../../../facts.ts";
import { hidingCharacterSets } from "../../lexer/characterSets.ts";
import { readAccount } from "../accounts.ts";
import { readExpression } from "../expressions.ts";
import { columnRef } from "../nodes.ts";
import type { SetStatement, VariableChange } from "../statement.ts";
import type { TokenStream } from "../tokenStream.ts";
import { readStatement } from "./statements.ts";

interface Found {
  readonly changes: VariableChange[];
  readonly settings: SettingChange[];
  readonly actions: ObjectAction[];
}

/** SET in all its forms. */
export function readSet(stream: TokenStream): SetStatement {
  stream.next();
  const found: Found = { changes: [], settings: [], actions: [] };
  if (!stream.mysql && stream.at("STATEMENT") && stream.ahead().key !== "=") {
    stream.next();
    stream.list(() => readVariable(stream, found, "session"));
    stream.expect("FOR");
    return { kind: "set", ...found, statement: readStatement(stream) };
  }
  stream.list(() => readChange(stream, found));
  return { kind: "set", ...found };
}

const isAssigned = (stream: TokenStream): boolean => ["=", ":=", "."].includes(stream.ahead().key);

function readChange(stream: TokenStream, found: Found): void {
  if (stream.token.kind === "variable") {
    const { value: name, start } = stream.next();
    expectAssignment(stream);
    const value = readExpression(stream);
    found.changes.push({ scope: "user", name, value, span: { start, end: stream.last.end } });
    return;
  }
  if (stream.token.kind === "system_variable") {
    stream.next();
    const scope = isAssigned(stream) && stream.ahead().key === "." ? readScope(stream) : "session";
    if (stream.last.key !== "@@") stream.accept(".");
    readVariable(stream, found, scope ?? "session");
    return;
  }
  if (!isAssigned(stream) && readSpecialChange(stream, found)) return;
  const scope = isAssigned(stream) ? undefined : readScope(stream);
  if (scope !== undefined && stream.at("TRANSACTION")) readTransaction(stream, found, scope);
  else readVariable(stream, found, scope ?? "session");
}

function readScope(stream: TokenStream): "session" | "global" | undefined {
  const word = stream.acceptAny("GLOBAL", "SESSION", "LOCAL", "PERSIST", "PERSIST_ONLY");
  if (word === undefined) return undefined;
  return word === "SESSION" || word === "LOCAL" ? "session" : "global";
}

function expectAssignment(stream: TokenStream): void {
  if (!stream.acceptAny("=", ":=")) stream.fail("= is expected here");
}

function readVariable(stream: TokenStream, found: Found, scope: "session" | "global"): void {
  const { start } = stream.token;
  const parts = [stream.token.kind === "word" ? stream.next().value : stream.name()];
  while (parts.length < 3 && stream.accept(".")) parts.push(stream.next().value);
  expectAssignment(stream);
  const name = parts.join(".").toLowerCase();
  const value = readSettingValue(stream);
  found.changes.push({ scope, name, value, span: { start, end: stream.last.end } });
}

/** A value; ON, ALL, BINARY, ROW and SYSTEM are words here. */
function readSettingValue(stream: TokenStream): Node | undefined {
  const { token } = stream;
  const ends = stream.ahead().kind === "end" || [",", ";", "FOR"].includes(stream.ahead().key);
  if (token.kind === "word" && ends) {
    stream.next();
    return token.key === "DEFAULT" ? undefined : columnRef([token.value], token.start);
  }
  return readExpression(stream);
}

/** NAMES, CHARACTER SET, TRANSACTION, ROLE, PASSWORD and their kin; false where it is a variable. */
function readSpecialChange(stream: TokenStream, found: Found): boolean {
  const { start } = stream.token;
  const here = (): Span => ({ start, end: stream.last.end });
  const note = (name: string, value: string | undefined, local = false): void =>
    void found.settings.push({ name, ...(value === undefined ? {} : { value }), local, span: here() });
  if (stream.accept("NAMES")) {
    const set = stream.next().value.toLowerCase();
    if (stream.accept("COLLATE")) stream.next();
    // In some character sets a quote can be half of another character.
    note(hidingCharacterSets.has(set) ? "character_set_client" : "names", set);
    return true;
  }
  if (stream.accept("CHARACTER", "SET") || stream.accept("CHARSET")) {
    note("character_set_client", stream.next().value.toLowerCase());
    return true;
  }
  if (stream.at("TRANSACTION")) {
    readTransaction(stream, found, "session");
    return true;
  }
  if (stream.accept("ROLE") || stream.accept("DEFAULT", "ROLE")) {
    note("role", stream.token.value);
    stream.skipTo(";");
    return true;
  }
  if (stream.accept("PASSWORD")) {
    const name = stream.accept("FOR") ? readAccount(stream) : "current_user";
    stream.skipTo(";");
    found.actions.push({ action: "alter", objectKind: "role", name, flags: ["password"], span: here() });
    return true;
  }
  if (stream.accept("RESOURCE", "GROUP")) {
    note("resource_group", stream.name());
    stream.skipTo(";");
    return true;
  }
  return false;
}

function readTransaction(stream: TokenStream, found: Found, scope: "session" | "global"): void {
  const { start } = stream.next();
  stream.list(() => {
    const isolation = stream.accept("ISOLATION", "LEVEL");
    if (isolation) {
      if (!stream.accept("REPEATABLE", "READ") && !stream.accept("SERIALIZABLE")) {
        stream.expect("READ");
        if (!stream.acceptAny("COMMITTED", "UNCOMMITTED")) stream.fail("an isolation level is expected here");
      }
    } else {
      stream.expect("READ");
      if (!stream.acceptAny("ONLY", "WRITE")) stream.fail("ONLY or WRITE is expected here");
    }
    const name = isolation ? "transaction_isolation" : "transaction_read_only";
    const span = { start, end: stream.last.end };
    if (scope === "global") {
      found.actions.push({ action: "alter_system", objectKind: "server", name, flags: [], span });
    } else found.settings.push({ name, value: stream.last.value.toLowerCase(), local: false, span });
  });
}
