import { parseArgs } from "node:util";
import type { Actor } from "../../protocol/actor.ts";
import { SharedLabels } from "../classify/sharedLabels.ts";
import type { Judged } from "../judge.ts";
import { policyFromFiles } from "../policyFiles.ts";
import { checkAgainstDdl } from "../schemaCheck.ts";
import { type Command, EXIT, readSql, UsageError } from "./command.ts";
import { factsJson, reportJson } from "./json.ts";
import { actingAs } from "./query.ts";
import { readDdl } from "./readDdl.ts";
import { openTarget, withEngine } from "./target.ts";
import { printDecision } from "./text.ts";

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
          await engine.open.database(connection).whenClassified();
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

function exitOf(judged: readonly Judged[]): number {
  if (judged.some(({ understanding }) => ["syntax_error", "unresolved"].includes(understanding.kind)))
    return EXIT.failed;
  if (judged.some(({ decision }) => decision.verdict === "deny")) return EXIT.denied;
  if (judged.some(({ decision }) => decision.verdict === "approve")) return EXIT.waits;
  return EXIT.done;
}
