import type { TokenStream } from "./tokenStream.ts";

/** `user@host`, a role, CURRENT_USER or PUBLIC; answers the name. */
export function readAccount(stream: TokenStream): string {
  const { token } = stream;
  if (stream.acceptAny("CURRENT_USER", "CURRENT_ROLE")) {
    if (stream.accept("(")) stream.expect(")");
    return token.key.toLowerCase();
  }
  if (token.kind === "string") stream.next();
  else stream.name();
  const { token: host } = stream;
  if (host.kind === "variable" && host.start === token.end) {
    stream.next();
    return `${token.value}@${host.value}`;
  }
  return token.value;
}
