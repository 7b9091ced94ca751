import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { VERSION_ANSWER } from "../../protocol/policy/policyVersions.ts";
import { EXIT, UsageError } from "./command.ts";
import type { PolicyAct } from "./policy.ts";
import type { PolicyServer } from "./policyServer.ts";

const IN_FORCE = "is in force. Agents take it within a minute, or when they are next online.\n";

/** Puts files in force. */
export const publish: PolicyAct = async (server, flags, io) => {
  const candidate = await server.candidate(flags, commentOf(flags.comment));
  const { inForce } = await server.current();
  if (inForce !== null && isSame(candidate, inForce)) {
    io.out(`Nothing differs from version ${inForce.version}, which is in force: nothing was published.\n`);
    return EXIT.done;
  }
  const { version } = await server.send("PUT", "/v1/policy", candidate, VERSION_ANSWER);
  io.out(`Version ${version} ${IN_FORCE}`);
  return EXIT.done;
};

const isSame = (one: CentralPolicy, other: CentralPolicy): boolean =>
  (["cedar", "guardrails", "labels", "validHours"] as const).every((part) => one[part] === other[part]);

/** Has agents judge by files, and enforce nothing of them. */
export const observe: PolicyAct = async (server, flags, io) => {
  const candidate = await server.candidate(flags, commentOf(flags.comment));
  const { version } = await server.send("PUT", "/v1/policy/observed", candidate, VERSION_ANSWER);
  io.out(
    `Version ${version} is observed: agents record what it would change, and enforce nothing of it.\n` +
      "See what it would change with `sluice policy observed`, and put it in force with `sluice policy enforce`.\n",
  );
  return EXIT.done;
};

/** Puts the observed version in force. */
export const enforce: PolicyAct = async (server, _flags, io) => {
  const order = { version: await observedVersion(server) };
  const { version } = await server.send("POST", "/v1/policy/enforce", order, VERSION_ANSWER);
  io.out(`Version ${version} ${IN_FORCE}`);
  return EXIT.done;
};

/** Ends the observation. */
export const drop: PolicyAct = async (server, { reason }, io) => {
  if (reason === undefined) throw new UsageError("Say why: --reason TEXT.");
  const order = { version: await observedVersion(server), reason };
  const { version } = await server.send("POST", "/v1/policy/drop", order, VERSION_ANSWER);
  io.out(`Version ${version} is not observed any more.\n`);
  return EXIT.done;
};

/** Puts the texts of a former version in force again, as a new one. */
export const rollback: PolicyAct = async (server, { comment }, io, [to = 0]) => {
  const { next } = await server.history();
  const order = { version: next, to, comment: comment ?? `Back to version ${to}.` };
  const { version } = await server.send("POST", "/v1/policy/rollback", order, VERSION_ANSWER);
  io.out(`Version ${version}, with the texts of version ${to}, ${IN_FORCE}`);
  return EXIT.done;
};

async function observedVersion(server: PolicyServer): Promise<number> {
  const { observed } = await server.current();
  if (observed === null) throw new UsageError("No policy is observed.");
  return observed.version;
}

function commentOf(comment: string | undefined): string {
  if (comment === undefined) throw new UsageError("Say what changes and why: --comment TEXT.");
  return comment;
}
