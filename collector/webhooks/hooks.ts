import { randomBytes } from "node:crypto";
import { z } from "zod";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { Step } from "../approvals/step.ts";
import type { Delivery } from "./delivery.ts";
import { type ApprovalEvent, eventOf } from "./event.ts";
import { slackMessage } from "./slack.ts";

const URL = z.url({ protocol: /^https?$/ });

/** Where messages about approvals go. */
export const WEBHOOK = z.discriminatedUnion("kind", [
  /** Signed with the secret. */
  z.strictObject({ kind: z.literal("json"), url: URL, secret: z.string().min(16) }),
  /** Slack, and what takes the same messages; its address is the secret. */
  z.strictObject({ kind: z.literal("slack"), url: URL }),
]);
export type Webhook = z.infer<typeof WEBHOOK>;

export interface Hooks {
  /** By what they are called in the store: a digest of their addresses, which may be secrets. */
  readonly hooks: ReadonlyMap<string, Webhook>;
  /** Where people reach the collector. */
  readonly address: string | null;
}

/** Webhooks by the names under which messages for them are kept. */
export const namedHooks = (webhooks: readonly Webhook[]): ReadonlyMap<string, Webhook> =>
  new Map(webhooks.map((hook) => [nodeVerifier.sha256(`${hook.kind} ${hook.url}`).slice(0, 16), hook]));

/** One message for each webhook. */
export function deliveriesOf(
  { hooks, address }: Hooks,
  step: Step,
  { log, now }: { readonly log: string; readonly now: Date },
): readonly Delivery[] {
  // Where it is handed out to be run, those who agreed are told once it has.
  if (step.before?.state === "granted" && step.after.state === "granted") return [];
  return [...hooks].map(([hook, { kind }]) => {
    const id = randomBytes(16).toString("hex");
    const event = eventOf(step, { id, log, address, at: now.toISOString() });
    const time = now.getTime();
    return { id, hook, body: bodyOf(kind, event), tries: 0, dueAt: time, createdAt: time };
  });
}

const bodyOf = (kind: Webhook["kind"], event: ApprovalEvent): string =>
  JSON.stringify(kind === "json" ? event : slackMessage(event));
