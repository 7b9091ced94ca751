import { type Redemption, redemptionText } from "../../protocol/approval/redemption.ts";
import { verifyLater } from "../../protocol/node/crypto.ts";
import type { Caller } from "../identity/caller.ts";
import type { Commit } from "../log/commit.ts";
import { Refusal } from "../refusal.ts";
import type { Device } from "../store/device.ts";
import { type ApprovalRequest, isOverdue } from "./request.ts";
import type { Step } from "./step.ts";
import { decided, redeemed } from "./transitions.ts";

/**
 * Whether the device that asked has signed this itself: whoever has got hold of a token alone is handed nothing.
 * @throws Refusal
 */
export async function checkRedemption(
  device: Device,
  log: string,
  { id }: ApprovalRequest,
  { key: keyId, nonce, signature }: Redemption,
): Promise<void> {
  const { chain } = device;
  const key = device.keys.find(({ id: known, revoked }) => known === keyId && revoked === null);
  if (key === undefined)
    throw new Refusal(
      "not-enrolled",
      "The collector does not know the key of this device that signs.",
      "Sync its records with the collector once while you are signed in.",
    );
  if (!(await verifyLater(key.publicKey, redemptionText(log, id, chain, nonce), signature)))
    throw new Refusal(
      "bad-request",
      "The device has not signed this.",
      "Run it from the device itself; nobody else can.",
    );
}

/** What becomes of a request whose grant is asked for. A refusal that has left something behind is thrown after the commit. */
export interface HandedOut {
  readonly request: ApprovalRequest;
  readonly step: Step | null;
  readonly refusal: Refusal | null;
}

/**
 * Hands a grant out for one run, inside of a commit. Asked for with another nonce it is refused, and somebody is told:
 * the home that was handed it and the one that asks now are not the same. With the same one it is handed out again, on
 * record, since the answer may have been lost. @throws Refusal
 */
export async function handOut(
  commit: Commit,
  caller: Caller | null,
  request: ApprovalRequest,
  nonce: string,
): Promise<HandedOut> {
  const now = commit.now.getTime();
  if (request.state === "pending" && !isOverdue(request, now))
    throw new Refusal("not-found", "Nobody has agreed to this yet.", "Wait until they have.");
  if (request.state !== "granted" || isOverdue(request, now)) throw decided(request, now);
  if (request.redeemed !== null && request.redeemed.nonce !== nonce) {
    await tellOfCopy(commit, request, nonce, "was asked for again for another run");
    return { request, step: null, refusal: handedOut(request.redeemed.at) };
  }
  const after = redeemed(request, nonce, now);
  const { times = 0 } = after.redeemed ?? {};
  if (times > ORDINARY) await tellOfCopy(commit, request, nonce, `was handed out ${times} times for one run`);
  return { request: after, step: { before: request, after, by: caller }, refusal: null };
}

/** One more than a device needs that lost the answer once. */
const ORDINARY = 2;

const tellOfCopy = async (
  commit: Commit,
  request: ApprovalRequest,
  nonce: string,
  what: string,
): Promise<void> => {
  const { chain } = request.asked.order.subject;
  await commit.raise({
    kind: "copy",
    chain,
    seq: (await commit.device(chain))?.seq ?? 0,
    what: `an approval ${what}: a copy of the device's folder may be in use`,
    evidence: JSON.stringify({ request, nonce }),
  });
};

const handedOut = (at: number): Refusal =>
  new Refusal(
    "already-redeemed",
    `This approval was handed out at ${new Date(at).toISOString()} for one run, and is not handed out for another.`,
    "Ask for approval again. If you did not run it yourself, tell whoever runs the collector: a copy of this machine's Sluice folder may be in use.",
  );
