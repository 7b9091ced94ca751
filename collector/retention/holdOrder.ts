import { z } from "zod";
import { parsed } from "../http/body.ts";
import { Refusal } from "../refusal.ts";

const NAME = z
  .string()
  .min(1)
  .max(400)
  .refine((text) => !text.includes("\0"));
/** As records and the console have it: a name that is nobody's identity would hold nothing. */
const IDENTITY = NAME.regex(/^(ai_agent for )?(user|service|local_user)\|[^|]+\|.+$/);
const COLUMN = NAME.regex(/^[^.]+\..+$/);
const TIME = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const REASON = z.string().trim().min(1).max(1_000);

const HOLD_ORDER = z
  .strictObject({
    actor: IDENTITY.nullable().default(null),
    connection: NAME.nullable().default(null),
    column: COLUMN.nullable().default(null),
    from: TIME.nullable().default(null),
    to: TIME.nullable().default(null),
    reason: REASON,
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, { path: ["to"] });
export type HoldOrder = z.infer<typeof HOLD_ORDER>;

const LIFT_ORDER = z.strictObject({ reason: REASON });
type LiftOrder = z.infer<typeof LIFT_ORDER>;

/** What each field has to be, for whoever filled it in otherwise. */
const WANTED: ReadonlyMap<unknown, readonly [message: string, action: string]> = new Map([
  [
    "actor",
    [
      "An actor is named by their identity, such as user|https://login.example.com|4711: a name or an address would hold nothing.",
      "Take it from their page in the console.",
    ],
  ],
  ["connection", ["A connection is named by 1 to 400 characters.", "Give its name as records show it."]],
  [
    "column",
    ["A column is named as schema.table.column, a table as schema.table.", "Give all parts of its name."],
  ],
  ["from", ["This is no time with its zone, such as 2026-03-01T00:00:00Z.", "Correct the beginning."]],
  [
    "to",
    [
      "This is no time with its zone, such as 2026-03-31T23:59:59Z, or it is before the beginning.",
      "Correct the end.",
    ],
  ],
  ["reason", ["A reason is needed, of at most 1,000 characters.", "Say why, such as the case it is for."]],
]);

/** `POST /v1/retention/holds`: covers what fulfils all that is given, and everything where nothing is. @throws Refusal */
export const readHoldOrder = (body: unknown): HoldOrder => read(HOLD_ORDER, body);

/** `POST /v1/retention/holds/:id/lift`. @throws Refusal */
export const readLiftOrder = (body: unknown): LiftOrder => read(LIFT_ORDER, body);

/** A refusal names the field, so that a form can say it there. */
function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const field = schema.safeParse(body).error?.issues[0]?.path[0];
  const wanted = WANTED.get(field);
  if (typeof field === "string" && wanted !== undefined)
    throw new Refusal("bad-request", wanted[0], wanted[1], { field });
  return parsed(schema, body);
}
