import { z } from "zod";
import type { RetentionHold } from "../../protocol/collector/retention.ts";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import type { Route } from "../http/route.ts";
import { checkSeesAll, scopeOf } from "../search/scope.ts";
import { evidencePage } from "./evidence.ts";
import { readHoldOrder, readLiftOrder } from "./holdOrder.ts";
import { liftHold, setHold } from "./holds.ts";
import { retentionOverview, shownHolds } from "./retentionOverview.ts";
import type { KeptHold } from "./tables.ts";

const PLACE = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** What is dropped and what is not, and who says so. */
export const retentionRoutes = (collector: Collector): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/retention",
    access: "auditor",
    handle: async (_asked, caller) => {
      checkSeesAll(caller);
      return retentionOverview(collector);
    },
  },
  {
    method: "GET",
    path: "/v1/retention/evidence",
    access: "member",
    handle: ({ query }, caller) => {
      const holds = scopeOf(caller).kind === "all";
      return evidencePage(collector.search, parsed(PLACE, query("from") ?? "0", "from"), holds);
    },
  },
  {
    method: "POST",
    path: "/v1/retention/holds",
    access: "admin",
    handle: async ({ request }, caller) =>
      shown(collector, await setHold(collector.sequencer, caller, readHoldOrder(request.body))),
  },
  {
    method: "POST",
    path: "/v1/retention/holds/:id/lift",
    access: "admin",
    handle: async ({ request, param }, caller) => {
      const { reason } = readLiftOrder(request.body);
      return shown(collector, await liftHold(collector.sequencer, caller, param("id"), reason));
    },
  },
];

async function shown({ search }: Collector, hold: KeptHold): Promise<RetentionHold | undefined> {
  const [one] = await shownHolds(search, [hold]);
  return one;
}
