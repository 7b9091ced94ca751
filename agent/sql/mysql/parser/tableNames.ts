import type { RangeVar } from "libpg-query";
import { foldTable } from "../settings.ts";
import type { TokenStream } from "./tokenStream.ts";

/** `table` or `schema.table`, compared as the server's setting says. */
export function readTableName(stream: TokenStream): RangeVar {
  const location = stream.token.start;
  if (stream.accept(".")) return { relname: foldTable(stream.settings, stream.next().value), location };
  const first = stream.name();
  if (!stream.at(".")) return { relname: foldTable(stream.settings, first), location };
  stream.next();
  if (stream.token.kind !== "name" && !stream.atName) stream.fail("a name is expected here");
  return {
    schemaname: foldTable(stream.settings, first),
    relname: foldTable(stream.settings, stream.next().value),
    location,
  };
}
