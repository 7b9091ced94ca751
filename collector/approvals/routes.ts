import { z } from "zod";
import { APPROVAL_DECISION, APPROVAL_ORDER, TAKE_BACK } from "../../protocol/approval/approval.ts";
import { ELEVATION_ORDER } from "../../protocol/approval/elevation.ts";
import { QUESTION } from "../../protocol/approval/question.ts";
import { REDEMPTION } from "../../protocol/approval/redemption.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import { parsed } from "../http/body.ts";
import { checkQuery } from "../http/checkQuery.ts";
import type { Asked, Route } from "../http/route.ts";
import type { Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import type { Approvals } from "./approvals.ts";
import type { Questions } from "./questions.ts";
import type { ApprovalRequest, RequestKind } from "./request.ts";
import type { RequestPlace } from "./tables.ts";
import { type View, viewOf } from "./views.ts";

const ID = z.string().regex(/^[0-9a-f]{32}$/);
const WHOLE = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const BOX = z.enum(["mine", "decide", "decided", "active", "all"]);
/** Time and id of the last request of the page before. */
const CURSOR = z
  .string()
  .regex(/^[0-9]{1,15}\.[0-9a-f]{32}$/)
  .transform((text): RequestPlace => {
    const [createdAt = "", id = ""] = text.split(".");
    return { createdAt: Number(createdAt), id };
  });
/** A statement and what was found in it, written as JSON. */
const ORDER_BYTES = 1024 * 1024;

/** What the collector answers about approvals. Who may see and do what of a request is told by the request itself. */
export function approvalRoutes(
  approvals: Approvals,
  questions: Questions,
  now: () => Date,
): readonly Route[] {
  const view = (request: ApprovalRequest, caller: Caller): View => viewOf(request, caller, now().getTime());
  const list = async (asked: Asked, caller: Caller, kind: RequestKind) => {
    checkQuery(asked, ["box", "cursor"]);
    const [box, cursor] = [parsed(BOX, asked.query("box"), "box"), asked.query("cursor")];
    const after = cursor === undefined ? null : parsed(CURSOR, cursor, "cursor");
    const { requests, next } = await approvals.list(caller, kind, box, after);
    return {
      views: requests.map((request) => view(request, caller)),
      next: next === null ? null : `${next.createdAt}.${next.id}`,
    };
  };
  return [
    {
      method: "POST",
      path: "/v1/approvals",
      access: "member",
      bodyBytes: ORDER_BYTES,
      handle: async ({ request }, caller) => {
        const order = written(APPROVAL_ORDER, request.body);
        return view(await approvals.ask(caller, { kind: "statement", order }), caller);
      },
    },
    {
      method: "GET",
      path: "/v1/approvals",
      access: "member",
      handle: async (asked, caller) => {
        const { views, next } = await list(asked, caller, "statement");
        return { approvals: views, next };
      },
    },
    {
      method: "POST",
      path: "/v1/elevations",
      access: "member",
      bodyBytes: ORDER_BYTES,
      handle: async ({ request }, caller) => {
        const order = written(ELEVATION_ORDER, request.body);
        return view(await approvals.ask(caller, { kind: "elevation", order }), caller);
      },
    },
    {
      method: "GET",
      path: "/v1/elevations",
      access: "member",
      handle: async (asked, caller) => {
        const { views, next } = await list(asked, caller, "elevation");
        return { elevations: views, next };
      },
    },
    {
      method: "POST",
      path: "/v1/elevations/:id/end",
      access: "member",
      handle: async (asked, caller) => view(await approvals.end(caller, idOf(asked)), caller),
    },
    {
      method: "POST",
      path: "/v1/approvals/:id/take-back",
      access: "member",
      handle: async (asked, caller) => {
        const { reason } = written(TAKE_BACK, asked.request.body);
        return view(await approvals.takeBack(caller, idOf(asked), reason), caller);
      },
    },
    {
      method: "POST",
      path: "/v1/approvals/:id/redeem",
      access: "member",
      handle: (asked, caller) =>
        approvals.redeem(caller, idOf(asked), parsed(REDEMPTION, asked.request.body)),
    },
    ...questionRoutes(questions),
    {
      method: "GET",
      path: "/v1/elevations/:id/grant",
      access: "member",
      handle: (asked, caller) => approvals.grant(caller, idOf(asked)),
    },
    ...requestRoutes(approvals, view, "statement", "/v1/approvals/:id"),
    ...requestRoutes(approvals, view, "elevation", "/v1/elevations/:id"),
  ];
}

/** What devices ask people on behalf of their programs. */
const questionRoutes = (questions: Questions): readonly Route[] => [
  {
    method: "POST",
    path: "/v1/devices/:chain/questions",
    access: "device",
    perDevice: true,
    bodyBytes: ORDER_BYTES,
    handle: (asked, sender) => {
      const question = written(QUESTION, asked.request.body);
      return questions.answer(sender, question, whileListening(asked));
    },
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/questions/:id/redeem",
    access: "device",
    perDevice: true,
    handle: (asked, sender) => questions.redeem(sender, idOf(asked), parsed(REDEMPTION, asked.request.body)),
  },
];

/** Until whoever asked has gone. */
function whileListening({ reply }: Asked): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

/** What both kinds of requests have. */
const requestRoutes = (
  approvals: Approvals,
  view: (request: ApprovalRequest, caller: Caller) => View,
  kind: RequestKind,
  path: string,
): readonly Route[] => [
  {
    method: "GET",
    path,
    access: "member",
    // Whoever waits asks again and again.
    weight: 5,
    handle: async (asked, caller) => {
      const id = idOf(asked);
      const version = asked.query("version");
      if (version === undefined) return view(await approvals.find(caller, kind, id), caller);
      const wait = {
        version: parsed(WHOLE, version),
        seconds: parsed(WHOLE, asked.query("wait") ?? "0", "wait"),
        signal: whileListening(asked),
      };
      return view(await approvals.follow(caller, kind, id, wait), caller);
    },
  },
  {
    method: "POST",
    path: `${path}/decision`,
    access: "member",
    handle: async (asked, caller) => {
      const decision = written(APPROVAL_DECISION, asked.request.body);
      return view(await approvals.decide(caller, kind, idOf(asked), decision), caller);
    },
  },
  {
    method: "POST",
    path: `${path}/withdraw`,
    access: "member",
    handle: async (asked, caller) => view(await approvals.withdraw(caller, kind, idOf(asked)), caller),
  },
];

/** What people wrote, which will be on record. @throws Refusal */
function written<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const value = parsed(schema, body);
  try {
    canonicalJson(value);
    return value;
  } catch {
    throw new Refusal(
      "bad-request",
      "The request holds half a character, which cannot be recorded.",
      "Send well-formed text.",
    );
  }
}

const idOf = (asked: Asked): string => parsed(ID, asked.param("id"), "id");
