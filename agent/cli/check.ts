import { parseArgs } from "node:util";
import type { Actor } from "../../protocol/actor.ts";
import { ENGINES, type EngineName } from "../../protocol/connection.ts";
import { SharedLabels } from "../classify/sharedLabels.ts";
import type { Judged } from "../judge.ts";
import { policyFromFiles } from "../policyFiles.ts";
import { checkAgainstDdl } from "../schemaCheck.ts";
import { type Command, EXIT, type Io, readFile, readSql, UsageError } from "./command.ts";
import { guessDialect } from "./dialectGuess.ts";
import { factsJson, reportJson } from "./json.ts";
import { actingAs } from "./query.ts";
import { openTarget, withEngine } from "./target.ts";
import { printDecision } from "./text.ts";
import { decodeUtf8 } from "./utf8.ts";

/** `sluice check`: the same judgement as `query`, and nothing runs. */
export const check: Command = async (argv, io) => {
  const { values, positionals } = parse(argv);
  const text = await readSql(positionals, values.file);
  const judged =
    values.schema === undefined
      ? await withEngine(io, async (engine) => {
          if (values.connection === undefined)
            throw new UsageError("Say against what: -c <name|url> or --schema ddl.sql.");
          const connection = await openTarget(engine, values.connection);
          await engine.database(connection).whenClassified();
          const actor: Actor = await actingAs(engine, values.as, io);
          return engine.check(connection, text, {
            actor,
            ...(values.purpose === undefined ? {} : { purpose: values.purpose }),
          });
        })
      : await checkAgainstDdl({
          ...readDdl(values.schema, values.dialect, io),
          text,
          as: choice("as", values.as, ["person", "agent", "service"]),
          environment: choice("environment", values.environment, ["production", "staging", "development"]),
          policy: await policyFromFiles([process.cwd()], null),
          shared: new SharedLabels([process.cwd()]),
          ...(values.purpose === undefined ? {} : { purpose: values.purpose }),
        });
  for (const one of judged) {
    if (values.json === true) {
      io.out(`${JSON.stringify({ ...reportJson(one.report), facts: factsJson(one.understanding) })}\n`);
    } else {
      io.out(`${one.report.kind}: ${one.report.decision.verdict}\n`);
      printDecision(one.report, text, io);
    }
  }
  return exitOf(judged);
};

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        connection: { type: "string", short: "c" },
        schema: { type: "string" },
        dialect: { type: "string" },
        environment: { type: "string", default: "production" },
        as: { type: "string", default: "person" },
        purpose: { type: "string" },
        file: { type: "string", short: "f" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function choice<T extends string>(option: string, given: string, choices: readonly T[]): T {
  const chosen = choices.find((one) => one === given);
  if (chosen !== undefined) return chosen;
  throw new UsageError(`--${option} takes ${choices.join(", ")}, not "${given}".`);
}

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

function exitOf(judged: readonly Judged[]): number {
  if (judged.some(({ understanding }) => ["syntax_error", "unresolved"].includes(understanding.kind)))
    return EXIT.failed;
  if (judged.some(({ decision }) => decision.verdict === "deny")) return EXIT.denied;
  if (judged.some(({ decision }) => decision.verdict === "approve")) return EXIT.waits;
  return EXIT.done;
}
