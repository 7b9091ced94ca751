import { z } from "zod";
import { APPROVAL_ORDER, APPROVAL_STATE } from "./approval.ts";

/** What an enrolled device asks a person on behalf of a program of theirs, and how it hears of the answer. */

const ID = z.string().regex(/^[0-9a-f]{32}$/);
/** Of the collector it is meant for: what was signed for one says nothing to another. */
const LOG = z.string().min(1).max(300);

/** Longest wait for a change, in seconds. */
const LONGEST_WAIT_S = 30;

/**
 * `POST /v1/devices/:chain/questions`, signed by the device as a batch is. `ask` puts a statement before the person its
 * subject names, under an id the device has chosen: repeating it changes nothing. `look` waits for another version than
 * `version`. `close` says that nothing would run any more, or that it was answered at the device.
 */
export const QUESTION = z.discriminatedUnion("what", [
  z.strictObject({
    what: z.literal("ask"),
    log: LOG,
    id: ID,
    /** The person's name, as the device knows them. */
    name: z.string().max(200),
    order: APPROVAL_ORDER,
    /** ISO 8601: until when an answer is of use. */
    expiresAt: z.iso.datetime(),
  }),
  z.strictObject({
    what: z.literal("look"),
    log: LOG,
    id: ID,
    version: z.number().int().nonnegative(),
    wait: z.number().int().min(0).max(LONGEST_WAIT_S),
  }),
  z.strictObject({ what: z.literal("close"), log: LOG, id: ID }),
]);
export type Question = Readonly<z.infer<typeof QUESTION>>;

/** What a device is told of its question. `POST /v1/devices/:chain/questions/:id/redeem` hands an agreement out. */
export const QUESTION_STANDING = z.object({
  id: ID,
  version: z.number().int().positive(),
  state: APPROVAL_STATE,
  /** Why it was agreed to, denied or taken back. */
  reason: z.string(),
});
export type QuestionStanding = Readonly<z.infer<typeof QUESTION_STANDING>>;
