import type { ApprovalOrder, AskingProgram } from "../../protocol/approval/approval.ts";
import { ASKING_LIMITS } from "../../protocol/approval/askingLimits.ts";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import { Refusal } from "../refusal.ts";
import { type ApprovalRequest, isOverdue, programOf } from "./request.ts";
import type { ApprovalReads } from "./tables.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** What is looked at of one person's: more than the limits let there be within an hour. */
const NEWEST = 500;

/**
 * Whether a program may ask for one more. All programs of a person count as one, whatever they call themselves, and so do
 * all devices, of which none has more than its share; what they ask their person, what they ask groups and tasks that were
 * stopped are counted apart. @throws Refusal that says when it may ask again.
 */
export async function checkProgramAsks(
  reads: ApprovalReads,
  person: ApprovalRequest["requester"],
  order: Pick<ApprovalOrder, "resumes"> & {
    readonly program: AskingProgram;
    readonly subject: Pick<ApprovalOrder["subject"], "chain">;
  },
  now: number,
): Promise<void> {
  const { program } = order;
  const asked = (await reads.search({ kind: "statement", requester: person, limit: NEWEST })).filter(
    (request) =>
      programOf(request)?.asks === program.asks &&
      request.asked.kind === "statement" &&
      letsGoOn(request.asked.order) === letsGoOn(order),
  );
  const open = asked.filter((request) => request.state === "pending" && !isOverdue(request, now));
  const ofTask = open.filter((request) => programOf(request)?.task === program.task);
  if (ofTask.length >= ASKING_LIMITS.ofTask) throw untilAnswered("this task", ofTask);
  const { ofDevice } = ASKING_LIMITS;
  const isHere = (request: ApprovalRequest): boolean =>
    request.asked.order.subject.chain === order.subject.chain;
  const whose = `programs of ${person.name}`;
  const openHere = open.filter(isHere);
  if (openHere.length >= ofDevice.open) throw untilAnswered(`${whose} on this device`, openHere);
  if (open.length >= ASKING_LIMITS.ofPerson) throw untilAnswered(whose, open);
  const here = asked.filter(isHere);
  for (const [made, by, most, span] of [
    [here, `${whose} on this device`, ofDevice.aMinute, MINUTE],
    [here, `${whose} on this device`, ofDevice.anHour, HOUR],
    [asked, whose, ASKING_LIMITS.aMinute, MINUTE],
    [asked, whose, ASKING_LIMITS.anHour, HOUR],
  ] as const) {
    const recent = made.filter(({ createdAt }) => createdAt > now - span);
    const oldest = recent[most - 1];
    if (oldest !== undefined)
      throw new Refusal(
        "asks-too-often",
        `Too much was asked by ${by}: ${recent.length} times within ${span === MINUTE ? "a minute" : "an hour"}. They may ask again ${after(oldest.createdAt + span)}.`,
        "Wait until then. Asking for less, or for another policy, saves everybody's time.",
      );
  }
}

const untilAnswered = (whose: string, open: readonly ApprovalRequest[]): Refusal =>
  new Refusal(
    "asks-too-often",
    `${open.length} requests of ${whose} wait for an answer already. Another may be asked once one of them is answered or withdrawn, else ${after(Math.min(...open.map(({ expiresAt }) => expiresAt)))}.`,
    "Wait for an answer.",
  );

const after = (time: number): string => `after ${new Date(time).toISOString()}`;
