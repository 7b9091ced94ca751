import fs from "node:fs";
import { z } from "zod";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { POLICY_ANSWER, POLICY_HISTORY } from "../../protocol/policy/policyAnswer.ts";
import { ApprovalError } from "../approvalError.ts";
import { CollectorClient } from "../audit/sync/collectorClient.ts";
import { readLabelsFile } from "../classify/labelsFile.ts";
import { readCollectorAddress } from "../collectorAddress.ts";
import type { Engine } from "../engine.ts";
import { createPolicy } from "../policy/policy.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { withEngine } from "./target.ts";
import { table } from "./text.ts";

type Flags = ReturnType<typeof flags>["values"];

/** `sluice policy show | history | publish`: the policy the collector gives to every agent. */
export const policy: Command = (argv, io) => {
  const { values, positionals } = flags(argv);
  const [what = "show", ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`sluice policy ${what} takes no "${rest[0]}".`);
  const act = { show, history, publish }[what];
  if (act === undefined) throw new UsageError(`sluice policy takes show, history or publish, not "${what}".`);
  return withEngine(io, (engine) => act(collectorOf(engine), values, io));
};

interface Collector {
  readonly client: CollectorClient;
  readonly token: string;
}

async function show({ client, token }: Collector, { json }: Flags, io: Io): Promise<number> {
  const answer = await client.ask("/v1/policy", POLICY_ANSWER, { token });
  if (json === true) io.out(`${JSON.stringify(answer)}\n`);
  else if (answer.policy === null)
    io.out("Nothing was published: agents go by the rules Sluice comes with.\n");
  else printed(JSON.parse(answer.policy), io);
  return EXIT.done;
}

async function history({ client, token }: Collector, { json }: Flags, io: Io): Promise<number> {
  const { policies } = await client.ask("/v1/policy/history", POLICY_HISTORY, { token });
  if (json === true) for (const one of policies) io.out(`${JSON.stringify(one)}\n`);
  else {
    const rows = policies.map(({ policy: one, by, at }) => [String(one.version), at, by, one.comment]);
    io.out(table(["version", "at", "by", "comment"], rows));
  }
  return EXIT.done;
}

/** Checked here by the rules agents check it by, so that none is given what it cannot use. */
async function publish({ client, token }: Collector, values: Flags, io: Io): Promise<number> {
  const { comment, "valid-hours": hours } = values;
  if (comment === undefined) throw new UsageError("Say what changes and why: --comment TEXT.");
  const before = await client.ask("/v1/policy", POLICY_ANSWER, { token });
  const last: CentralPolicy | null = before.policy === null ? null : JSON.parse(before.policy);
  const next: CentralPolicy = {
    version: (last?.version ?? 0) + 1,
    cedar: textOf(values.cedar) ?? last?.cedar ?? "",
    guardrails: textOf(values.guardrails) ?? last?.guardrails ?? "",
    labels: textOf(values.labels) ?? last?.labels ?? "",
    validHours: hours === undefined ? (last?.validHours ?? 24) : Number(hours),
    comment,
  };
  await createPolicy({
    adminPolicies: next.cedar.trim() === "" ? [] : [{ file: values.cedar ?? "cedar", text: next.cedar }],
    guardrails:
      next.guardrails.trim() === ""
        ? []
        : [{ file: values.guardrails ?? "guardrails", text: next.guardrails, mayWeaken: true }],
  });
  if (next.labels.trim() !== "") readLabelsFile({ file: values.labels ?? "labels", text: next.labels });
  const { version } = await client.ask("/v1/policy", z.object({ version: z.number() }), {
    method: "PUT",
    token,
    body: next,
  });
  io.out(`Version ${version} is in force. Agents take it within a minute, or when they are next online.\n`);
  return EXIT.done;
}

function printed({ version, comment, validHours, cedar, guardrails, labels }: CentralPolicy, io: Io): void {
  io.out(`Version ${version}: ${comment}\nGood for ${validHours} hours without the collector.\n`);
  for (const [name, text] of Object.entries({ cedar, guardrails, labels })) {
    if (text.trim() !== "") io.out(`\n── ${name}\n${text.trimEnd()}\n`);
  }
}

function collectorOf({ rooms }: Engine): Collector {
  const address = readCollectorAddress(rooms.home.config, undefined);
  if (address === null) {
    throw new ApprovalError(
      "no-collector",
      "No collector is set up here.",
      "Set collector.url in config.json, or SLUICE_COLLECTOR.",
    );
  }
  rooms.identity.requireActor();
  return { client: new CollectorClient(address), token: rooms.identity.proof()?.idToken ?? "" };
}

function textOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const flags = (argv: readonly string[]) =>
  parseLine({
    args: [...argv],
    allowPositionals: true,
    options: {
      cedar: { type: "string" },
      guardrails: { type: "string" },
      labels: { type: "string" },
      comment: { type: "string" },
      "valid-hours": { type: "string" },
      json: { type: "boolean" },
    },
  });
