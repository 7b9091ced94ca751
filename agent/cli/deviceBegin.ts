import type { SyncState } from "../../protocol/sync.ts";
import { type Command, EXIT } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { continueAsLocalUser } from "./query.ts";
import { reasonOf } from "./reasonOf.ts";
import { withEngine } from "./target.ts";
import { printable } from "./text.ts";

/** `sluice device begin-ledger --reason TEXT`: closes this ledger, keeps it, and goes on in a new one. */
export const beginLedger: Command = async (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: { reason: { type: "string" }, json: { type: "boolean" } },
  });
  const reason = reasonOf(values.reason);
  const before = await withEngine(io, async (engine) => {
    await continueAsLocalUser(engine, io);
    const { ledger, identity, sync } = engine.rooms;
    const actor = identity.requireActor();
    const why = whyNotClose((await sync?.now()) ?? { kind: "none" });
    if (why !== null) {
      io.err(`${printable(why)}\n`);
      return null;
    }
    await ledger.closeForGood(actor, reason);
    // The closing goes with what it closes: the next ledger sends nothing of this one.
    await sync?.now();
    return ledger.path;
  });
  if (before === null) return EXIT.failed;
  // The new one begins when it is first opened.
  return withEngine(io, async ({ rooms: { ledger, sync } }) => {
    const [first] = ledger.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
    const state = (await sync?.now()) ?? { kind: "none" };
    const after = { before, ledger: ledger.path, chain: first?.hash ?? null, sync: state };
    if (values.json === true) io.out(`${JSON.stringify(after)}\n`);
    else {
      io.out(`${printable(ledger.path)}\n`);
      io.err(
        `${printable(before)} is closed and kept: \`sluice audit verify --ledger ${printable(before)}\` proves it. Reload editor windows that are open.\nIf the folder was copied, another machine has this one's key: \`sluice device rotate-key\` makes a new one.\n`,
      );
      if ((state.kind === "behind" || state.kind === "refused") && state.problem !== undefined)
        io.err(`${state.problem.message}\n${state.problem.action}\n`);
    }
    return EXIT.done;
  });
};

/** What the collector says where it takes nothing of this ledger for as long as its keys are what they are. */
const TAKES_NOTHING: ReadonlySet<string> = new Set(["collector-forbidden", "collector-too-many"]);

/**
 * A closed ledger is sent no more, so it is closed once the collector has it all, or has refused it; and a device that is
 * trusted no more is no other device by another ledger. Null where it may be closed.
 */
function whyNotClose(state: SyncState): string | null {
  if (state.kind === "refused")
    return state.problem.code === "collector-device-refused"
      ? `${state.problem.message} Another ledger changes nothing about that.\n${state.problem.action}`
      : null;
  if (state.kind !== "behind" || state.problem === undefined || TAKES_NOTHING.has(state.problem.code))
    return null;
  const { message, action } = state.problem;
  return `The collector has not got ${state.records} of this ledger's records, and from a closed one it never would. ${message}\n${action} Then begin the new ledger.`;
}
