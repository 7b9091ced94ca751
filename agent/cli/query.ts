import { parseArgs } from "node:util";
import { type Actor, actorName } from "../../protocol/actor.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { Engine } from "../engine.ts";
import type { Governed } from "../govern.ts";
import { type Command, EXIT, type Io, readSql, UsageError } from "./command.ts";
import { statementJson } from "./json.ts";
import { openTarget, withEngine } from "./target.ts";
import { printGoverned } from "./text.ts";

const PAGE_ROWS = 1_000;

/** `sluice query`: every statement governed, run and recorded; one JSON object per statement with --json. */
export const query: Command = async (argv, io) => {
  const { values, positionals } = parseQuery(argv);
  if (values.connection === undefined) throw new UsageError("Say which database: -c <name|url>.");
  const target = values.connection;
  const text = await readSql(positionals, values.file);
  return withEngine(io, async (engine) => {
    const connection = openTarget(engine, target);
    await engine.database(connection).whenClassified();
    const run = engine.run({
      sessionId: sessionId(`cli:${process.pid}`),
      connection,
      text,
      client: { kind: "cli", session: `cli:${process.pid}` },
      purpose: values.purpose,
      pageRows: PAGE_ROWS,
      maxCellLength: Number.POSITIVE_INFINITY,
      signal: io.signal,
      keepGoing: values["keep-going"] === true,
      actor: await actingAs(engine, values.as, io),
    });
    let exit: number = EXIT.done;
    for await (const { governed } of run) {
      exit = worse(exit, exitOf(governed));
      await (values.json === true ? statementJson(governed, io) : printGoverned(governed, text, io));
    }
    return exit;
  });
};

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
