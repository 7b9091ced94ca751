import { counted } from "../../protocol/counted.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { drop, enforce, observe, publish, rollback } from "./policyChange.ts";
import { diff } from "./policyDiff.ts";
import { observed } from "./policyObserved.ts";
import { PolicyServer } from "./policyServer.ts";
import { tryOut } from "./policyTry.ts";
import { withEngine } from "./target.ts";
import { printable, table } from "./text.ts";

export type PolicyFlags = ReturnType<typeof flags>["values"];
export type PolicyAct = (
  server: PolicyServer,
  flags: PolicyFlags,
  io: Io,
  versions: readonly number[],
) => Promise<number>;

/** `sluice policy …`: the policy the collector gives to every agent, and what another would change. */
export const policy: Command = (argv, io) => {
  const { values, positionals } = flags(argv);
  const [what = "show", ...rest] = positionals;
  const known = ACTS.get(what);
  if (known === undefined)
    throw new UsageError(`sluice policy takes ${[...ACTS.keys()].join(", ")}, not "${what}".`);
  const versions = rest.map((text) => {
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    throw new UsageError(`sluice policy ${what} takes numbers of versions, not "${text}".`);
  });
  if (versions.length < known.least || versions.length > known.most)
    throw new UsageError(`sluice policy ${what} takes ${known.takes}.`);
  return withEngine(io, (engine) => known.act(new PolicyServer(engine, io.signal), values, io, versions));
};

const show: PolicyAct = async (server, { json }, io, [version]) => {
  const { inForce, observed: watched } = await server.current();
  const shown = version === undefined ? inForce : await server.version(version);
  if (version !== undefined && shown === null) throw new UsageError(`There is no version ${version}.`);
  if (json === true) io.out(`${JSON.stringify({ policy: shown, observed: watched?.version ?? null })}\n`);
  else if (shown === null) io.out("Nothing was published: agents go by the rules Sluice comes with.\n");
  else printed(shown, io);
  if (json !== true && version === undefined && watched !== null)
    io.out(`\nVersion ${watched.version} is observed: sluice policy observed\n`);
  return EXIT.done;
};

const history: PolicyAct = async (server, { json }, io) => {
  const { versions } = await server.history();
  if (json === true) for (const one of versions) io.out(`${JSON.stringify(one)}\n`);
  else {
    const rows = versions.map(({ version, state, at, by, comment, restores }) => [
      String(version),
      state.replace("_", " "),
      at,
      by,
      `${comment}${restores === null ? "" : ` (texts of version ${restores})`}`,
    ]);
    io.out(table(["version", "state", "at", "by", "comment"], rows));
  }
  return EXIT.done;
};

function printed({ version, comment, validHours, cedar, guardrails, labels }: CentralPolicy, io: Io): void {
  io.out(
    `Version ${version}: ${printable(comment)}\nGood for ${counted(validHours, "hour")} without the collector.\n`,
  );
  for (const [name, text] of Object.entries({ cedar, guardrails, labels })) {
    if (text.trim() !== "") io.out(`\n── ${name}\n${printable(text.trimEnd())}\n`);
  }
}

interface Known {
  readonly act: PolicyAct;
  readonly least: number;
  readonly most: number;
  readonly takes: string;
}

const plain = (act: PolicyAct): Known => ({ act, least: 0, most: 0, takes: "no version" });

const ACTS: ReadonlyMap<string, Known> = new Map([
  ["show", { act: show, least: 0, most: 1, takes: "one version, or none for the one in force" }],
  ["history", plain(history)],
  ["diff", { act: diff, least: 0, most: 2, takes: "two versions, or one and files" }],
  ["try", { act: tryOut, least: 0, most: 1, takes: "one version, or files" }],
  ["publish", plain(publish)],
  ["observe", plain(observe)],
  ["observed", plain(observed)],
  ["enforce", plain(enforce)],
  ["drop", plain(drop)],
  ["rollback", { act: rollback, least: 1, most: 1, takes: "the number of a former version" }],
]);

const flags = (argv: readonly string[]) =>
  parseLine({
    args: [...argv],
    allowPositionals: true,
    options: {
      cedar: { type: "string" },
      guardrails: { type: "string" },
      labels: { type: "string" },
      comment: { type: "string" },
      reason: { type: "string" },
      "valid-hours": { type: "string" },
      days: { type: "string" },
      json: { type: "boolean" },
    },
  });
