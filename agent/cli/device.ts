import { type Command, EXIT, UsageError } from "./command.ts";
import { beginLedger } from "./deviceBegin.ts";
import { rotate } from "./deviceRotate.ts";
import { showDevice } from "./deviceShow.ts";
import { evidence, trust } from "./deviceTrust.ts";

interface Verb {
  readonly run: Command;
  /** Only a person does it. */
  readonly changes: boolean;
}

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ["show", { run: showDevice, changes: false }],
  ["rotate-key", { run: rotate, changes: true }],
  ["begin-ledger", { run: beginLedger, changes: true }],
  ["evidence", { run: evidence, changes: false }],
  ["trust", { run: trust, changes: true }],
]);

/** `sluice device [show | rotate-key | begin-ledger | evidence | trust]`: this device's keys and its ledger. */
export const device: Command = (argv, io) => {
  const [what = "show", ...rest] = argv[0]?.startsWith("-") ? ["show", ...argv] : argv;
  const verb = VERBS.get(what);
  if (verb === undefined)
    throw new UsageError(`sluice device takes ${[...VERBS.keys()].join(", ")}, not "${what}".`);
  if (verb.changes && process.env.SLUICE_AGENT) {
    io.err(
      "SLUICE_AGENT is set here: this is a program's terminal, and a program decides nothing about keys, ledgers or whom to trust.\nA person does it from their own terminal.\n",
    );
    return Promise.resolve(EXIT.denied);
  }
  return verb.run(rest, io);
};
