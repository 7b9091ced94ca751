import { z } from "zod";
import type { RetentionOverview } from "../../protocol/collector/retention.ts";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import type { Route } from "../http/route.ts";
import { evidencePage } from "./evidence.ts";
import { HOLD_ORDER, LIFT_ORDER, liftHold, setHold } from "./holds.ts";
import type { KeptHold } from "./tables.ts";

const PLACE = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** What is dropped and what is not, and who says so. */
export const retentionRoutes = (collector: Collector): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/retention",
    access: "auditor",
    handle: () => overview(collector),
  },
  {
    method: "GET",
    path: "/v1/retention/evidence",
    access: "member",
    handle: ({ query }, { roles }) => {
      const holds = roles.has("auditor") || roles.has("admin");
      return evidencePage(collector.search, parsed(PLACE, query("from") ?? "0"), holds);
    },
  },
  {
    method: "POST",
    path: "/v1/retention/holds",
    access: "admin",
    handle: async ({ request }, caller) =>
      shown(await setHold(collector.sequencer, caller, parsed(HOLD_ORDER, request.body))),
  },
  {
    method: "POST",
    path: "/v1/retention/holds/:id/lift",
    access: "admin",
    handle: async ({ request, param }, caller) =>
      shown(await liftHold(collector.sequencer, caller, param("id"), parsed(LIFT_ORDER, request.body))),
  },
];

async function overview({
  store,
  retentionDays: days,
}: Pick<Collector, "store" | "retentionDays">): Promise<RetentionOverview> {
  const [{ dropped, droppedTo }, holds] = [await store.retention.state(), await store.retention.holds("all")];
  return {
    days,
    dropped,
    droppedTo: droppedTo === null ? null : new Date(droppedTo).toISOString(),
    holds: holds.map(shown),
  };
}

const shown = ({ setAt, liftedAt, ...hold }: KeptHold): RetentionOverview["holds"][number] => ({
  ...hold,
  setAt: new Date(setAt).toISOString(),
  liftedAt: liftedAt === null ? null : new Date(liftedAt).toISOString(),
});
