import { readAccount } from "../accounts.ts";
import type { Statement } from "../statement.ts";
import type { TokenStream } from "../tokenStream.ts";
import { action, plain } from "./maintenance.ts";

/** With these an account can read files, or pass every rule. */
const passing: ReadonlySet<string> = new Set(["SUPER", "FILE", "SYSTEM_USER", "BYPASS"]);

/** GRANT and REVOKE of rights and roles. */
export function readGrant(stream: TokenStream): Statement {
  const word = stream.next().key;
  const revokes = word === "REVOKE";
  if (revokes) stream.accept("IF", "EXISTS");
  const from = stream.position;
  stream.skipTo("ON", revokes ? "FROM" : "TO", ";");
  const words = stream.tokens.slice(from, stream.position).map((token) => token.key);
  if (words.length === 0) stream.fail("rights are expected here");
  const all = words[0] === "ALL" && (words.length === 1 || words[1] === "PRIVILEGES");
  const name = word.toLowerCase();
  if (!stream.accept("ON")) {
    const roles = stream.tokens
      .slice(from, stream.position)
      .map((token) => token.value)
      .join("");
    readAccounts(stream, revokes);
    const flags = passesOn(stream, from) ? ["grant_option"] : [];
    return plain(revokes ? "revoke_role" : "grant_role", "admin", {
      actions: [action(name, "role", roles, flags)],
    });
  }
  const kind = stream.acceptAny("TABLE", "FUNCTION", "PROCEDURE", "PACKAGE") ?? "TABLE";
  const begin = stream.position;
  stream.skipTo(revokes ? "FROM" : "TO", ";");
  const object = stream.tokens
    .slice(begin, stream.position)
    .map((token) => token.value || token.key)
    .join("");
  const accounts = readAccounts(stream, revokes);
  const isEverything = object === "*.*";
  const strong = words.some((one) => passing.has(one)) || (all && isEverything);
  const flags = [
    ...(accounts.includes("public") ? ["to_public"] : []),
    ...(all ? ["all_privileges"] : []),
    ...(strong && !revokes ? ["superuser"] : []),
    ...(passesOn(stream, begin) ? ["grant_option"] : []),
  ];
  return plain(name, "admin", { actions: [action(name, kind.toLowerCase(), object, flags)] });
}

/** WITH GRANT OPTION, WITH ADMIN OPTION. */
const passesOn = (stream: TokenStream, from: number): boolean =>
  stream.tokens
    .slice(from, stream.position)
    .some(
      ({ key }, at, all) =>
        (key === "GRANT" || key === "ADMIN") && all[at - 1]?.key === "WITH" && all[at + 1]?.key === "OPTION",
    );

function readAccounts(stream: TokenStream, revokes: boolean): readonly string[] {
  stream.expect(revokes ? "FROM" : "TO");
  const accounts: string[] = [];
  do {
    accounts.push(readAccount(stream).toLowerCase());
    stream.skipTo(",", ";", "WITH", "REQUIRE");
  } while (stream.accept(","));
  stream.skipTo(";");
  return accounts;
}

/** CREATE, ALTER, DROP and RENAME of users and roles. */
export function readAccountStatement(stream: TokenStream, verb: string): Statement {
  stream.next();
  stream.accept("IF", "NOT", "EXISTS") || stream.accept("IF", "EXISTS");
  const names: string[] = [];
  do {
    names.push(readAccount(stream));
    stream.skipTo(",", ";");
  } while (stream.accept(","));
  const action_ = verb === "RENAME" ? "alter" : verb.toLowerCase();
  const actions = names.map((name) => action(action_, "role", name));
  return plain(`${action_}_role`, "admin", { actions });
}
