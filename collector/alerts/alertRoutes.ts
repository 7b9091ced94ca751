import { z } from "zod";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import type { Route } from "../http/route.ts";
import { ACKNOWLEDGEMENT, acknowledge } from "./acknowledge.ts";

const ID = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const MOST = 1_000;

/** What somebody has to look at, and that somebody did. */
export const alertRoutes = ({ store, sequencer }: Collector): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/alerts",
    access: "auditor",
    handle: async () => ({ alerts: await store.alerts(MOST) }),
  },
  {
    method: "POST",
    path: "/v1/alerts/:id/acknowledge",
    access: "admin",
    handle: ({ request, param }, caller) => {
      const { reason } = parsed(ACKNOWLEDGEMENT, request.body);
      return acknowledge(sequencer, caller, parsed(ID, param("id")), reason);
    },
  },
];
