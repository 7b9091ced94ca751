import { z } from "zod";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import { CENTRAL_ID, CENTRAL_ORDER } from "../../protocol/lease/centralConnection.ts";
import { LEASE_END, LEASE_ID, LEASE_ORDER, LEASES_END } from "../../protocol/lease/lease.ts";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import type { Route } from "../http/route.ts";
import { Refusal } from "../refusal.ts";

const REMOVAL = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });
const BOX = z.enum(["mine", "all"]).default("mine");

/** What the collector answers about connections and about logins that are lent. */
export const connectionRoutes = ({
  connections,
  leases,
}: Pick<Collector, "connections" | "leases">): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/connections",
    access: "member",
    handle: async (_asked, caller) => ({ connections: await connections.usable(caller) }),
  },
  {
    method: "GET",
    path: "/v1/connections/all",
    access: "auditor",
    handle: async () => ({ connections: await connections.all() }),
  },
  {
    method: "PUT",
    path: "/v1/connections/:id",
    access: "admin",
    handle: (asked, caller) => {
      const id = parsed(CENTRAL_ID, asked.param("id"), "id");
      const order = parsed(CENTRAL_ORDER, asked.request.body);
      recordable(order.definition);
      return connections.define(caller, id, order);
    },
  },
  {
    method: "POST",
    path: "/v1/connections/:id/remove",
    access: "admin",
    handle: (asked, caller) => {
      const { reason } = parsed(REMOVAL, asked.request.body);
      recordable(reason);
      return connections.remove(caller, parsed(CENTRAL_ID, asked.param("id"), "id"), reason);
    },
  },
  {
    method: "POST",
    path: "/v1/connections/:id/lease",
    access: "member",
    handle: (asked, caller) =>
      leases.open(
        caller,
        parsed(CENTRAL_ID, asked.param("id"), "id"),
        parsed(LEASE_ORDER, asked.request.body),
      ),
  },
  {
    method: "GET",
    path: "/v1/leases",
    access: "member",
    handle: async (asked, caller) => ({
      leases: await leases.list(caller, parsed(BOX, asked.query("box"), "box") === "all"),
    }),
  },
  {
    method: "GET",
    path: "/v1/leases/:id",
    access: "member",
    handle: (asked, caller) => leases.find(caller, parsed(LEASE_ID, asked.param("id"))),
  },
  {
    method: "POST",
    path: "/v1/leases/end",
    access: "member",
    handle: (asked, caller) => leases.endOwn(caller, parsed(LEASES_END, asked.request.body).chain),
  },
  {
    method: "POST",
    path: "/v1/leases/:id/renew",
    access: "member",
    handle: (asked, caller) =>
      leases.renew(
        caller,
        parsed(LEASE_ID, asked.param("id"), "id"),
        parsed(LEASE_ORDER, asked.request.body),
      ),
  },
  {
    method: "POST",
    path: "/v1/leases/:id/end",
    access: "member",
    handle: (asked, caller) => {
      const { reason } = parsed(LEASE_END, asked.request.body);
      recordable(reason);
      return leases.end(caller, parsed(LEASE_ID, asked.param("id"), "id"), reason);
    },
  },
];

/** What people wrote will be on record. @throws Refusal */
function recordable(value: unknown): void {
  try {
    canonicalJson(value);
  } catch {
    throw new Refusal(
      "bad-request",
      "The request holds half a character, which cannot be recorded.",
      "Send well-formed text.",
    );
  }
}
