import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { diffStretches } from "../../protocol/policy/lineDiff.ts";
import { type PolicyDiff, policyDiff } from "../../protocol/policy/policyDiff.ts";
import { EXIT, type Io, UsageError } from "./command.ts";
import type { PolicyAct, PolicyFlags } from "./policy.ts";
import type { PolicyServer } from "./policyServer.ts";
import { printable } from "./text.ts";

/** What differs between two versions, or between one and files. */
export const diff: PolicyAct = async (server, flags, io, [from, to]) => {
  const [before, after, names] = await sides(server, flags, from, to);
  const found = policyDiff(before, after);
  if (flags.json === true) io.out(`${JSON.stringify(found)}\n`);
  else printDiff(found, names, io);
  return EXIT.done;
};

type Sides = readonly [CentralPolicy | null, CentralPolicy, string];

async function sides(
  server: PolicyServer,
  flags: PolicyFlags,
  from: number | undefined,
  to: number | undefined,
): Promise<Sides> {
  const { inForce, observed } = await server.current();
  const before = from === undefined ? inForce : await existing(server, from);
  const name = before === null ? "nothing published" : `version ${before.version}`;
  const files = [flags.cedar, flags.guardrails, flags.labels, flags["valid-hours"]];
  const hasFiles = files.some((file) => file !== undefined);
  if (to !== undefined && hasFiles) throw new UsageError("Compare two versions, or one with files.");
  if (to !== undefined) return [before, await existing(server, to), `${name} → version ${to}`];
  if (hasFiles) return [before, await server.candidate(flags, "candidate"), `${name} → these files`];
  const after = from === undefined ? observed : inForce;
  if (after === null)
    throw new UsageError(
      from === undefined ? "Name two versions, or files: nothing is observed." : "Nothing is in force.",
    );
  return [before, after, `${name} → version ${after.version}`];
}

async function existing(server: PolicyServer, version: number): Promise<CentralPolicy> {
  const found = await server.version(version);
  if (found === null) throw new UsageError(`There is no version ${version}.`);
  return found;
}

const MARKS = { same: " ", removed: "-", added: "+" } as const;

function printDiff({ changes, texts }: PolicyDiff, names: string, io: Io): void {
  io.out(`${names}\n`);
  if (changes.length === 0)
    io.out(texts.length === 0 ? "Nothing differs.\n" : "Only comments and layout differ.\n");
  for (const { part, kind, name, words } of changes)
    io.out(`  ${part}: ${kind} ${printable(name)}: ${printable(words)}\n`);
  for (const { part, lines } of texts) {
    io.out(`\n── ${part}\n`);
    for (const [place, stretch] of diffStretches(lines).entries()) {
      if (place > 0) io.out("  …\n");
      for (const { kind, text } of stretch) io.out(`${MARKS[kind]} ${printable(text)}\n`);
    }
  }
}
