import { z } from "zod";
import {
  DROP_ORDER,
  ENFORCE_ORDER,
  POLICY_ORDER,
  ROLLBACK_ORDER,
} from "../../protocol/policy/policyVersions.ts";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import type { Asked, Route } from "../http/route.ts";
import type { Caller } from "../identity/caller.ts";
import { readRecordQuery } from "../search/recordQuery.ts";
import { checkSeesAll } from "../search/scope.ts";
import { currentPolicy } from "./centralPolicy.ts";
import { findVersion, policyHistory } from "./history.ts";
import { judgedStatements } from "./judgedStatements.ts";
import { observedSummary } from "./observedSummary.ts";
import { dropPolicy, enforcePolicy, observePolicy, publishPolicy, rollbackPolicy } from "./policyOrders.ts";

const MOST_POLICY_BYTES = 2 * 1024 * 1024;
const VERSION = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** What the collector answers about policy: agents read it, auditors look into it, administrators change it. */
export const policyRoutes = (collector: Collector): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/policy",
    access: "member",
    handle: () => currentPolicy(collector),
  },
  auditor("/v1/policy/history", () => policyHistory(collector)),
  auditor("/v1/policy/versions/:version", ({ param }) =>
    findVersion(collector, parsed(VERSION, param("version"), "version")),
  ),
  auditor("/v1/policy/observed", () => observedSummary(collector)),
  auditor("/v1/policy/statements", (asked, caller) => {
    checkSeesAll(caller);
    return judgedStatements(collector.search, readRecordQuery(asked));
  }),
  admin("PUT", "/v1/policy", ({ request }, caller) =>
    publishPolicy(collector, caller, parsed(POLICY_ORDER, request.body)),
  ),
  admin("PUT", "/v1/policy/observed", ({ request }, caller) =>
    observePolicy(collector, caller, parsed(POLICY_ORDER, request.body)),
  ),
  admin("POST", "/v1/policy/enforce", ({ request }, caller) =>
    enforcePolicy(collector, caller, parsed(ENFORCE_ORDER, request.body).version),
  ),
  admin("POST", "/v1/policy/drop", ({ request }, caller) =>
    dropPolicy(collector, caller, parsed(DROP_ORDER, request.body)),
  ),
  admin("POST", "/v1/policy/rollback", ({ request }, caller) =>
    rollbackPolicy(collector, caller, parsed(ROLLBACK_ORDER, request.body)),
  ),
];

const auditor = (path: string, handle: (asked: Asked, caller: Caller) => Promise<unknown>): Route => ({
  method: "GET",
  path,
  access: "auditor",
  handle,
});

const admin = (
  method: "PUT" | "POST",
  path: string,
  handle: (asked: Asked, caller: Caller) => Promise<unknown>,
): Route => ({ method, path, access: "admin", bodyBytes: MOST_POLICY_BYTES, handle });
