import { ENGINES, type EngineName } from "../../protocol/connection.ts";
import { type Io, readFile, UsageError } from "./command.ts";
import { guessDialect } from "./dialectGuess.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * A file of DDL and whose it is: as was said, or as it looks.
 * @throws UsageError where it cannot be read or there is no such dialect, EncodingError where it is no text.
 */
export function readDdl(
  file: string,
  given: string | undefined,
  io: Io,
): { readonly dialect: EngineName; readonly ddl: string } {
  const named = given === undefined ? undefined : dialectOf(given);
  const ddl = decodeUtf8(readFile(file), file);
  const dialect = named ?? guessDialect(ddl);
  if (named === undefined && dialect !== "postgres") {
    io.err(`${file} is read as ${dialect}, which it looks like; --dialect says otherwise.\n`);
  }
  return { dialect, ddl };
}

/** @throws UsageError where there is no such dialect. */
function dialectOf(given: string): EngineName {
  const dialect = ENGINES.find((one) => one === given);
  if (dialect !== undefined) return dialect;
  throw new UsageError(`--dialect takes postgres, mysql or sqlite, not "${given}".`);
}
