import { parseArgs } from "node:util";
import { type Actor, actorName } from "../../protocol/actor.ts";
import type { Approval } from "../../protocol/approval/approval.ts";
import { approvalStatus } from "../../protocol/approval/approvalWords.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { Engine } from "../engine.ts";
import type { Governed } from "../govern.ts";
import { problemOf } from "../problemOf.ts";
import type { RunRequest } from "../runRequest.ts";
import { printAsked } from "./asked.ts";
import { type Command, EXIT, type Io, readSql, UsageError } from "./command.ts";
import { statementJson, unjudgedJson } from "./json.ts";
import { openTarget, withEngine } from "./target.ts";
import { printGoverned, printProblem } from "./text.ts";
import { waitedFor } from "./waitedFor.ts";

const PAGE_ROWS = 1_000;

/** `sluice query`: every statement governed, run and recorded; one JSON object per statement with --json. */
export const query: Command = async (argv, io) => {
  const { values, positionals } = parseQuery(argv);
  if (values.connection === undefined) throw new UsageError("Say which database: -c <name|url>.");
  const target = values.connection;
  const text = await readSql(positionals, values.file);
  const { ask, approval } = values;
  if (ask !== undefined && values.as !== "person")
    throw new UsageError("Only a person asks: leave out --as.");
  if (ask !== undefined && approval !== undefined)
    throw new UsageError("--ask is for what has no approval yet, --approval for what has one.");
  const purpose = values.purpose ?? ask;
  const { task } = values;
  if (task !== undefined && values.as === "person")
    throw new UsageError("Only programs work in tasks: --as agent.");
  const run: Run = { target, text, as: values.as, purpose, ask, approval, task, io, ...flagsOf(values) };
  try {
    return await withEngine(io, (engine) => runStatements(engine, run));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const problem = problemOf(error);
    if (run.json) io.out(`${JSON.stringify(unjudgedJson(text, problem))}\n`);
    printProblem(problem, text, io);
    return STOPPED.includes(problem.code) ? EXIT.denied : EXIT.failed;
  }
};

/** A program without a purpose, or whose task was stopped, is denied. */
const STOPPED: readonly string[] = ["purpose-required", "task-stopped"];

interface Run {
  readonly target: string;
  readonly text: string;
  readonly as: string;
  readonly purpose: string | undefined;
  /** What others are told where it needs their approval; undefined where they are not asked. */
  readonly ask: string | undefined;
  readonly approval: string | undefined;
  /** A program's task to go on with. */
  readonly task: string | undefined;
  /** Until they have answered. */
  readonly wait: boolean;
  readonly keepGoing: boolean;
  readonly json: boolean;
  readonly io: Io;
}

const flagsOf = (values: {
  "keep-going"?: boolean;
  json?: boolean;
  wait?: boolean;
}): Pick<Run, "keepGoing" | "json" | "wait"> => ({
  keepGoing: values["keep-going"] === true,
  json: values.json === true,
  wait: values.wait === true,
});

async function runStatements(engine: Engine, run: Run): Promise<number> {
  const { text, io } = run;
  const actor = await actingAs(engine, run.as, io);
  const connection = await openTarget(engine, run.target);
  await engine.open.database(connection).whenClassified();
  if (run.ask !== undefined || run.approval !== undefined) {
    const statements = await engine.check(connection, text, { actor });
    if (statements.length !== 1)
      throw new UsageError("--ask and --approval are for one statement at a time.");
  }
  const request: RunRequest = {
    sessionId: sessionId(`cli:${process.pid}`),
    connection,
    text,
    client: { kind: "cli", session: `cli:${process.pid}` },
    purpose: run.purpose,
    pageRows: PAGE_ROWS,
    maxCellLength: Number.POSITIVE_INFINITY,
    signal: io.signal,
    keepGoing: run.keepGoing,
    actor,
    ...(run.approval === undefined ? {} : { approval: run.approval }),
    ...(run.task === undefined ? {} : { task: run.task }),
  };
  return govern(engine, request, run);
}

async function govern(engine: Engine, request: RunRequest, run: Run): Promise<number> {
  const { text, io } = run;
  let exit: number = EXIT.done;
  for await (const { governed } of engine.run(request)) {
    const asked = await askWhereNeeded(engine, governed, request, run);
    if (asked?.state === "granted")
      return govern(engine, { ...request, approval: asked.id }, { ...run, ask: undefined });
    exit = worse(exit, exitOf(governed, asked));
    if (run.json) {
      if (!(await statementJson(governed, io, asked))) exit = worse(exit, EXIT.failed);
    } else {
      await printGoverned(governed, text, io);
      if (asked !== null) printAsked(asked, io);
    }
  }
  return exit;
}

/** What was asked of others for a statement that needs it, and what they said; null where nothing was. */
async function askWhereNeeded(
  engine: Engine,
  governed: Governed,
  { sessionId, connection, text }: RunRequest,
  { ask, wait, io }: Run,
): Promise<Approval | null> {
  if (ask === undefined || governed.kind !== "blocked") return null;
  if (exitOf(governed, null) !== EXIT.waits) return null;
  const approval = await engine.asking.group({ sessionId, connection, text, purpose: ask });
  return wait ? waitedFor(engine.approvals, approval, approvalStatus, io) : approval;
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
        task: { type: "string" },
        file: { type: "string", short: "f" },
        ask: { type: "string" },
        wait: { type: "boolean" },
        approval: { type: "string" },
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
    model: process.env.SLUICE_MODEL || "unknown",
    host: process.env.SLUICE_AGENT_HOST || "unknown",
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

function exitOf(governed: Governed, asked: Approval | null): number {
  switch (governed.kind) {
    case "rows":
    case "done":
      return EXIT.done;
    case "failed":
    case "cancelled":
      return EXIT.failed;
    case "blocked":
      if (["syntax_error", "unresolved"].includes(governed.report.kind)) return EXIT.failed;
      if (governed.report.decision.verdict !== "approve" || asked?.state === "denied") return EXIT.denied;
      return asked === null || asked.state === "pending" ? EXIT.waits : EXIT.failed;
  }
}

/** Denied outweighs waiting, which outweighs failing. */
const RANK: readonly number[] = [EXIT.done, EXIT.failed, EXIT.waits, EXIT.denied];
const worse = (a: number, b: number): number => (RANK.indexOf(a) >= RANK.indexOf(b) ? a : b);
