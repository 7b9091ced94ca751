import { actorName } from "../../protocol/actor.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import { BEHAVIOUR_RULES, isBehaviourRule } from "../../protocol/behaviour/signal.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { VerifiedRecord } from "../ingest/verifiedRecord.ts";
import type { Commit } from "../log/commit.ts";
import { field } from "../store/searchFields.ts";

/** What a device writes may be of any length. */
const LONGEST = 500;

/** What a program does that somebody has to look at, wherever it was stopped. */
const ALARMING: ReadonlySet<string> = new Set(["probing", "unusual-volume"]);

/** Raises what is alarming of programs' tasks, inside of the commit that takes a device's records: each task is one alert. */
export async function noteTasks(
  commit: Commit,
  chain: Sha256,
  records: readonly VerifiedRecord[],
): Promise<void> {
  for (const { record, sealed } of records) {
    const seen = alarmIn(record.body);
    if (seen === null) continue;
    const what = field(seen.what, LONGEST);
    const { seq, canonical } = sealed;
    await commit.raise({ kind: "task", chain, seq, about: field(seen.task), what, evidence: canonical });
  }
}

function alarmIn(body: RecordBody): { readonly task: string; readonly what: string } | null {
  if (body.kind === "task_stopped") {
    const what = `a task of ${actorName(body.actor)} was stopped (${body.cause}): ${body.words.replace(/\.$/, "")}`;
    return { task: body.task, what };
  }
  if ((body.kind !== "intent" && body.kind !== "refused") || body.task === null) return null;
  const rule = body.findings.find((one) => ALARMING.has(one.rule) && one.verdict === "deny")?.rule;
  if (rule === undefined || !isBehaviourRule(rule)) return null;
  const { title } = BEHAVIOUR_RULES[rule];
  return { task: body.task, what: `a statement of ${actorName(body.actor)} was stopped (${rule}): ${title}` };
}
