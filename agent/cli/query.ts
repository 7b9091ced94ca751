import { parseArgs } from "node:util";
import { type Actor, actorName } from "../../protocol/actor.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { Engine } from "../engine.ts";
import type { Governed } from "../govern.ts";
import { problemOf } from "../problemOf.ts";
import { type Command, EXIT, type Io, readSql, UsageError } from "./command.ts";
import { statementJson, unjudgedJson } from "./json.ts";
import { openTarget, withEngine } from "./target.ts";
import { printGoverned, printProblem } from "./text.ts";

const PAGE_ROWS = 1_000;

/** `sluice query`: every statement governed, run and recorded; one JSON object per statement with --json. */
export const query: Command = async (argv, io) => {
  const { values, positionals } = parseQuery(argv);
  if (values.connection === undefined) throw new UsageError("Say which database: -c <name|url>.");
  const target = values.connection;
  const text = await readSql(positionals, values.file);
  const run: Run = { target, text, as: values.as, purpose: values.purpose, io, ...flagsOf(values) };
  try {
    return await withEngine(io, (engine) => runStatements(engine, run));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const problem = problemOf(error);
    if (run.json) io.out(`${JSON.stringify(unjudgedJson(text, problem))}\n`);
    printProblem(problem, text, io);
    return EXIT.failed;
  }
};

interface Run {
  readonly target: string;
  readonly text: string;
  readonly as: string;
  readonly purpose: string | undefined;
  readonly keepGoing: boolean;
  readonly json: boolean;
  readonly io: Io;
}

const flagsOf = (values: { "keep-going"?: boolean; json?: boolean }): Pick<Run, "keepGoing" | "json"> => ({
  keepGoing: values["keep-going"] === true,
  json: values.json === true,
});

async function runStatements(engine: Engine, { text, io, ...options }: Run): Promise<number> {
  const actor = await actingAs(engine, options.as, io);
  const connection = openTarget(engine, options.target);
  await engine.database(connection).whenClassified();
  const run = engine.run({
    sessionId: sessionId(`cli:${process.pid}`),
    connection,
    text,
    client: { kind: "cli", session: `cli:${process.pid}` },
    purpose: options.purpose,
    pageRows: PAGE_ROWS,
    maxCellLength: Number.POSITIVE_INFINITY,
    signal: io.signal,
    keepGoing: options.keepGoing,
    actor,
  });
  let exit: number = EXIT.done;
  for await (const { governed } of run) {
    exit = worse(exit, exitOf(governed));
    if (!options.json) await printGoverned(governed, text, io);
    else if (!(await statementJson(governed, io))) exit = worse(exit, EXIT.failed);
  }
  return exit;
}

function parseQuery(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        connection: { type: "string", short: "c" },
        as: { type: "string", default: "person" },
        purpose: { type: "string" },
        file: { type: "string", short: "f" },
        "keep-going": { type: "boolean" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The signed-in person; `--as agent` acts under an agent's name for that person, with an agent's trust. Where no
 * provider is configured, the local user, and stderr says so the first time.
 */
export async function actingAs(engine: Engine, as: string, io: Io): Promise<Actor> {
  const { identity } = engine.rooms;
  if (as === "service") return identity.requireService();
  await continueAsLocalUser(engine, io);
  const person = identity.requireActor();
  if (as === "person") return person;
  if (as !== "agent") throw new UsageError(`--as takes person, agent or service, not "${as}".`);
  if (person.kind !== "user" && person.kind !== "local_user") return person;
  return {
    kind: "ai_agent",
    agent: process.env.SLUICE_AGENT || "cli-agent",
    onBehalfOf: person,
    asserted: true,
  };
}

/** A person with no provider works from the first minute, unverified. */
export async function continueAsLocalUser({ rooms: { identity } }: Engine, io: Io): Promise<void> {
  const state = identity.state();
  if (state.kind !== "signed_out" || state.providerConfigured || state.reason !== undefined) return;
  const actor = await identity.continueAsLocalUser();
  io.err(`No sign-in provider is configured: you work as ${actorName(actor)}.\n`);
}

function exitOf(governed: Governed): number {
  switch (governed.kind) {
    case "rows":
    case "done":
      return EXIT.done;
    case "failed":
    case "cancelled":
      return EXIT.failed;
    case "blocked":
      if (["syntax_error", "unresolved"].includes(governed.report.kind)) return EXIT.failed;
      return governed.report.decision.verdict === "approve" ? EXIT.waits : EXIT.denied;
  }
}

/** Denied outweighs waiting, which outweighs failing. */
const RANK: readonly number[] = [EXIT.done, EXIT.failed, EXIT.waits, EXIT.denied];
const worse = (a: number, b: number): number => (RANK.indexOf(a) >= RANK.indexOf(b) ? a : b);
