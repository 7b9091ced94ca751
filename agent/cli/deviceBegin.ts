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
    const { ledger, identity } = engine.rooms;
    await ledger.closeForGood(identity.requireActor(), reason);
    return ledger.path;
  });
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
