import { afterMarking, DEVICE_PAGE, type ListedDevice } from "../../protocol/collector/devices.ts";
import { CHAIN_HEAD, type DeviceState } from "../../protocol/collector/ingest.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { SignedInCollector } from "./signedInCollector.ts";
import { withEngine } from "./target.ts";
import { printable, table } from "./text.ts";

type Act = (server: SignedInCollector, json: boolean, io: Io) => Promise<number>;

const MARKS: ReadonlyMap<string, DeviceState> = new Map([
  ["lost", "lost"],
  ["revoke", "revoked"],
  ["activate", "active"],
  ["release", "released"],
]);

/** `sluice collector devices [list | lost ID | revoke ID | activate ID | release ID]`: whose devices send, and which are trusted. */
export const devices: Command = (argv, io) => {
  const { values, positionals } = parseLine({
    args: [...argv],
    allowPositionals: true,
    options: { reason: { type: "string" }, json: { type: "boolean" } },
  });
  const [what = "list", id, ...rest] = positionals;
  const act = actOf(what, id, rest, values.reason);
  if (what !== "list" && process.env.SLUICE_AGENT) {
    io.err(
      "SLUICE_AGENT is set here: this is a program's terminal, and a program decides about no device.\nA person does it from their own terminal, or in the collector's console.\n",
    );
    return Promise.resolve(EXIT.denied);
  }
  return withEngine(io, (engine) => act(new SignedInCollector(engine, io.signal), values.json === true, io));
};

/** Everything that can be wrong with the line is found before anybody is asked. @throws UsageError */
function actOf(
  what: string,
  id: string | undefined,
  rest: readonly string[],
  reason: string | undefined,
): Act {
  if (what === "list") {
    if (id !== undefined) throw new UsageError(`sluice collector devices list takes no "${id}".`);
    if (reason !== undefined) throw new UsageError("--reason is for lost, revoke, activate and release.");
    return list;
  }
  const state = MARKS.get(what);
  if (state === undefined)
    throw new UsageError(
      `sluice collector devices takes list, lost, revoke, activate or release, not "${what}".`,
    );
  if (id === undefined || !/^[0-9a-f]{8,64}$/.test(id) || rest.length > 0)
    throw new UsageError(
      `sluice collector devices ${what} takes the id of one device, or its first 8 digits at least: sluice collector devices`,
    );
  if (reason === undefined || reason.trim() === "") throw new UsageError("Say why: --reason TEXT.");
  return (server, json, io) => mark(server, { id, state, reason }, json, io);
}

const list: Act = async (server, json, io) => {
  const all = await listed(server);
  if (json) for (const device of all) io.out(`${JSON.stringify(device)}\n`);
  else if (all.length === 0) io.out("No device is enrolled.\n");
  else {
    const rows = all.map(({ chain, state, name, owner, seq, receivedAt }) => [
      ...[chain.slice(0, 16), state, name, owner?.name ?? "the collector"],
      `${seq} records, ${receivedAt === null ? "never heard of" : `last heard of ${receivedAt}`}`,
    ]);
    io.out(table(["id", "state", "device", "owner", "records"], rows, true));
  }
  return EXIT.done;
};

async function mark(
  server: SignedInCollector,
  { id, state, reason }: { readonly id: string; readonly state: DeviceState; readonly reason: string },
  json: boolean,
  io: Io,
): Promise<number> {
  const [device, ...others] = (await listed(server)).filter(({ chain }) => chain.startsWith(id));
  if (device === undefined || others.length > 0) {
    const words = device === undefined ? "No device has this id." : "Several devices begin with this id.";
    io.err(`${words}\nTake it from: sluice collector devices\n`);
    return EXIT.failed;
  }
  const path = `/v1/devices/${device.chain}/state`;
  const head = await server.send("POST", path, { state, reason }, CHAIN_HEAD);
  if (json) io.out(`${JSON.stringify({ chain: device.chain, state: head.state })}\n`);
  else {
    io.out(`${device.chain}\n`);
    const told = `${device.name} of ${device.owner?.name ?? "the collector"} is ${head.state}.`;
    io.err(`${[told, ...afterMarking(state)].map((line) => printable(line)).join("\n")}\n`);
  }
  return EXIT.done;
}

/** Every page of the list. */
async function listed(server: SignedInCollector): Promise<readonly ListedDevice[]> {
  const all: ListedDevice[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({ limit: "500", ...(cursor === "" ? {} : { cursor }) });
    const page: { readonly devices: readonly ListedDevice[]; readonly next: string | null } =
      await server.get(`/v1/devices?${query}`, DEVICE_PAGE);
    all.push(...page.devices);
    cursor = page.next;
  }
  return all;
}
