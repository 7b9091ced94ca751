import { parseArgs } from "node:util";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { elevationStatus, rightWords } from "../../protocol/approval/elevationWords.ts";
import { ApprovalError } from "../approvals/approvalError.ts";
import type { WantedRight } from "../elevations/elevationOrder.ts";
import type { ElevationBox, ElevationRequests } from "../elevations/elevationRequests.ts";
import type { Engine } from "../engine.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { openTarget, withEngine } from "./target.ts";
import { printable, table } from "./text.ts";
import { waitedFor } from "./waitedFor.ts";

const DEFAULT_MINUTES = 60;

/** `sluice elevations ask | list | approve | deny | withdraw | end`: a right for a while, asked of others and answered. */
export const elevations: Command = (argv, io) => {
  const { values, positionals } = parse(argv);
  const [what = "list", id, ...rest] = positionals;
  if (rest.length > 0 || ((what === "list" || what === "ask") && id !== undefined))
    throw new UsageError(`sluice elevations ${what} takes no "${rest[0] ?? id}".`);
  if (what === "ask") return ask(values, io);
  if (what === "list") return withEngine(io, (engine) => list(engine.elevations, values.json === true, io));
  const act = ACTS.get(what);
  if (act === undefined)
    throw new UsageError(`sluice elevations takes ask, list, approve, deny, withdraw or end, not "${what}".`);
  if (!/^[0-9a-f]{32}$/.test(id ?? ""))
    throw new UsageError(
      `sluice elevations ${what} takes the id of an elevation: 32 digits and letters a to f.`,
    );
  if (what === "deny" && (values.reason ?? "").trim() === "") throw new UsageError("Say why: --reason TEXT.");
  return withEngine(io, async ({ elevations: requests }) => {
    try {
      tell(await act(requests, id ?? "", values.reason ?? ""), values.json === true, io);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof ApprovalError) || error.problem.code !== "approval-not-yours") throw error;
      io.err(`${error.problem.message}\n${error.problem.action}\n`);
      return EXIT.denied;
    }
  });
};

type Act = (requests: ElevationRequests, id: string, reason: string) => Promise<Elevation>;
const ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ["approve", async (requests, id, reason) => requests.decide(await requests.find(id), "approve", reason)],
  ["deny", async (requests, id, reason) => requests.decide(await requests.find(id), "deny", reason)],
  ["withdraw", async (requests, id) => requests.withdraw(await requests.find(id))],
  ["end", (requests, id) => requests.end(id)],
]);

type Values = ReturnType<typeof parse>["values"];

function ask(values: Values, io: Io): Promise<number> {
  const { connection, purpose = "" } = values;
  const right = rightOf(values);
  const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
  if (connection === undefined) throw new UsageError("Say which database: -c <name|url>.");
  if (!Number.isInteger(minutes) || minutes < 1)
    throw new UsageError(`--minutes takes a whole number, not "${values.minutes}".`);
  if (purpose.trim() === "") throw new UsageError("Say what it is for: --purpose TEXT.");
  return withEngine(io, async (engine) => {
    const asked = await askFor(engine, connection, { right, minutes, purpose });
    const elevation =
      values.wait === true ? await waitedFor(engine.elevations, asked, elevationStatus, io) : asked;
    tell(elevation, values.json === true, io);
    if (elevation.state === "granted") return EXIT.done;
    if (elevation.state === "pending") return EXIT.waits;
    return elevation.state === "denied" ? EXIT.denied : EXIT.failed;
  });
}

async function askFor(
  engine: Engine,
  target: string,
  wish: Parameters<Engine["askElevation"]>[1],
): Promise<Elevation> {
  const profile = await openTarget(engine, target);
  await engine.open.database(profile).whenClassified();
  return engine.askElevation(profile, wish);
}

function rightOf({ see, write }: Values): WantedRight {
  if (see !== undefined && write === true)
    throw new UsageError("Ask for --see and --write by themselves: others agree to one right at a time.");
  if (see !== undefined) return { kind: "reveal", columns: see };
  if (write === true) return { kind: "write" };
  throw new UsageError("Say what for: --see schema.table.column, once for each column, or --write.");
}

async function list(requests: ElevationRequests, json: boolean, io: Io): Promise<number> {
  const byId = new Map<string, { readonly box: ElevationBox; readonly elevation: Elevation }>();
  // What one may end and has asked for oneself is one right, listed by what can be done about it.
  for (const box of ["decide", "active", "mine"] as const)
    for (const elevation of await requests.list(box))
      if (!byId.has(elevation.id)) byId.set(elevation.id, { box, elevation });
  const boxed = [...byId.values()];
  if (json) for (const { box, elevation } of boxed) io.out(`${JSON.stringify({ box, ...elevation })}\n`);
  else
    io.out(
      table(
        ["id", "for", "requester", "right", "connection", "status"],
        boxed.map(({ box, elevation }) => [
          elevation.id,
          box === "decide" ? "you to decide" : box === "active" ? "you to end" : "others",
          elevation.requester.name,
          rightWords(elevation.order.subject.right),
          `${elevation.order.connectionName} (${elevation.order.subject.connection.environment})`,
          elevationStatus(elevation, new Date()),
        ]),
      ),
    );
  return EXIT.done;
}

/** The id alone on stdout, so that a script has it; the rest for a person. */
function tell(elevation: Elevation, json: boolean, io: Io): void {
  if (json) io.out(`${JSON.stringify(elevation)}\n`);
  else {
    io.out(`${elevation.id}\n`);
    io.err(`${printable(elevationStatus(elevation, new Date()))}\n`);
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        connection: { type: "string", short: "c" },
        see: { type: "string", multiple: true },
        write: { type: "boolean" },
        minutes: { type: "string" },
        purpose: { type: "string" },
        reason: { type: "string" },
        wait: { type: "boolean" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
