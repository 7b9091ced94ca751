import { z } from "zod";
import { CENTRAL_POLICY } from "./centralPolicy.ts";

/** What administrators and auditors say to the collector about its policy, and are answered. */

/** `PUT /v1/policy` puts it in force, `PUT /v1/policy/observed` has it watched. The next version's number is said. */
export const POLICY_ORDER = CENTRAL_POLICY;

const VERSION = z.number().int().positive();
const WORDS = z.string().trim().min(1).max(2_000);

/** `POST /v1/policy/enforce`: the observed version is the one in force from here on. */
export const ENFORCE_ORDER = z.object({ version: VERSION });

/** `POST /v1/policy/drop`: the observed version is not judged by any more. */
export const DROP_ORDER = z.object({ version: VERSION, reason: WORDS });

/** `POST /v1/policy/rollback`: the texts of version `to` are in force again, as version `version`. */
export const ROLLBACK_ORDER = z.object({ version: VERSION, to: VERSION, comment: WORDS });

/** What those orders come to. */
export const VERSION_ANSWER = z.object({ version: VERSION });

/** One version, without its texts. */
export const POLICY_VERSION = z.object({
  version: VERSION,
  comment: z.string(),
  validHours: z.number(),
  by: z.string(),
  /** ISO 8601: when it was put in force or, of one that never was, when watching it began. */
  at: z.string(),
  /** `former` was in force; `dropped` was watched, and never in force. */
  state: z.enum(["in_force", "former", "observed", "dropped"]),
  /** The former version whose texts it has. */
  restores: VERSION.nullable(),
});
export type PolicyVersion = z.infer<typeof POLICY_VERSION>;

/** `GET /v1/policy/history`: newest first, the newest hundreds. */
export const POLICY_HISTORY = z.object({
  versions: z.array(POLICY_VERSION).readonly(),
  /** What the next order has to say. */
  next: VERSION,
});
export type PolicyHistory = z.infer<typeof POLICY_HISTORY>;

/** `GET /v1/policy/versions/:version`. */
export const POLICY_TEXTS = z.object({ policy: CENTRAL_POLICY, by: z.string(), at: z.string() });
export type PolicyTexts = z.infer<typeof POLICY_TEXTS>;

/** Most statements in one answer. */
export const STATEMENTS_LIMIT = 500;

/**
 * `GET /v1/policy/statements?from=&to=&cursor=`, for auditors: what was judged, newest first, as it was recorded.
 * Statements whose text was dropped are left out and counted.
 */
export const JUDGED_STATEMENTS = z.object({
  records: z
    .array(z.object({ chain: z.string(), seq: z.number().int().positive(), canonical: z.string() }))
    .readonly(),
  dropped: z.number().int().nonnegative(),
  /** Goes on from here as `cursor`; null at the end. */
  next: z.string().nullable(),
});
export type JudgedStatements = z.infer<typeof JUDGED_STATEMENTS>;

/** `GET /v1/policy/observed`, for auditors: what the observed version would have changed, of all that was counted. */
export const OBSERVED_SUMMARY = z.object({
  /** Null where none is observed. */
  version: VERSION.nullable(),
  /** Statements by what it would have changed; see `observedOutcomes`. */
  outcomes: z.array(z.object({ outcome: z.string(), statements: z.number(), people: z.number() })).readonly(),
  /** The rules that would have changed something, by how often. */
  rules: z.array(z.object({ rule: z.string(), statements: z.number() })).readonly(),
});
export type ObservedSummary = z.infer<typeof OBSERVED_SUMMARY>;
