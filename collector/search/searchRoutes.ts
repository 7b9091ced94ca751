import { z } from "zod";
import { actorIdentity } from "../../protocol/actor.ts";
import { FILTERS, type Me } from "../../protocol/collector/search.ts";
import { sha256 } from "../../protocol/ids.ts";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import { checkQuery } from "../http/checkQuery.ts";
import type { Asked, Route } from "../http/route.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import { actorSeen, columnAccess } from "./columnUse.ts";
import { SEARCH_EXPORTS } from "./exportRecords.ts";
import { countFacets } from "./facets.ts";
import { findRecords } from "./findRecords.ts";
import { overview } from "./overview.ts";
import { recordDetail } from "./recordDetail.ts";
import { RECORD_PARAMETERS, readPeriod, readRecordQuery } from "./recordQuery.ts";
import { SAVED_SEARCH, savedSearches, saveSearch } from "./savedSearches.ts";
import { checkReach, scopeOf } from "./scope.ts";
import { termsLike } from "./termsLike.ts";
import { deviceSessions, timeline } from "./timeline.ts";

const CHAIN = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);
const SEQ = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const NAME = z
  .string()
  .min(1)
  .max(400)
  .refine((text) => !text.includes("\0"));
const EXPORT_FORMAT = z.enum(SEARCH_EXPORTS);
const FILTER = z.enum(FILTERS);
const NEEDLE = z
  .string()
  .max(400)
  .refine((text) => !text.includes("\0"));
const WEEK = 7 * 86_400_000;

/** Questions about records. Everybody may ask; members are answered about themselves. */
export const searchRoutes = (collector: Collector): readonly Route[] => [
  member("/v1/me", async (_asked, caller): Promise<Me> => {
    const { name, email, roles } = caller;
    return { name, email, roles: [...roles], actor: actorIdentity(actorOf(caller)) };
  }),
  member("/v1/search", (asked, caller) =>
    findRecords(collector.search, readRecordQuery(asked), scopeOf(caller)),
  ),
  member("/v1/facets", (asked, caller) =>
    countFacets(collector.search, readRecordQuery(asked), scopeOf(caller)),
  ),
  member("/v1/export", async (asked, caller) => {
    const query = readRecordQuery(asked, ["format"]);
    const format = parsed(EXPORT_FORMAT, asked.query("format"), "format");
    const given = RECORD_PARAMETERS.flatMap((name): [string, string][] => {
      const value = asked.query(name);
      return value === undefined || name === "limit" ? [] : [[name, value]];
    });
    const order = { caller, scope: scopeOf(caller), query, format };
    const lines = await collector.exports.begin({ ...order, asked: new URLSearchParams(given).toString() });
    const type = format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
    void asked.reply
      .type(type)
      .header("content-disposition", `attachment; filename="sluice-records.${format}"`);
    return lines;
  }),
  member("/v1/terms", async (asked, caller) => {
    checkQuery(asked, ["filter", "text"]);
    const filter = parsed(FILTER, asked.query("filter"), "filter");
    const text = parsed(NEEDLE, asked.query("text") ?? "", "text");
    await collector.counting.upTo();
    return termsLike(collector.search, filter, text, scopeOf(caller));
  }),
  member("/v1/records/:chain/:seq", (asked, caller) => {
    const chain = parsed(CHAIN, asked.param("chain"), "chain");
    return recordDetail(collector, caller, scopeOf(caller), chain, parsed(SEQ, asked.param("seq"), "seq"));
  }),
  member("/v1/devices/:chain/sessions", (asked, caller) =>
    deviceSessions(collector, caller, scopeOf(caller), parsed(CHAIN, asked.param("chain"), "chain")),
  ),
  member("/v1/devices/:chain/timeline", (asked, caller) => {
    const chain = parsed(CHAIN, asked.param("chain"), "chain");
    return timeline(
      collector,
      caller,
      scopeOf(caller),
      chain,
      parsed(SEQ, asked.query("from") ?? "1", "from"),
    );
  }),
  member("/v1/columns/:column/access", async (asked, caller) => {
    const column = parsed(NAME, asked.param("column"), "column");
    const period = periodOf(asked);
    const upTo = await collector.counting.upTo();
    return columnAccess(collector.search, column, period, scopeOf(caller), upTo);
  }),
  member("/v1/actors/:actor/seen", async (asked, caller) => {
    const actor = parsed(NAME, asked.param("actor"), "actor");
    checkReach(scopeOf(caller), actor);
    const period = periodOf(asked);
    return actorSeen(collector.search, actor, period, await collector.counting.upTo());
  }),
  member("/v1/overview", async (asked, caller) => {
    const { from, to } = periodOf(asked);
    const end = to ?? collector.now().getTime();
    const upTo = await collector.counting.upTo();
    return overview(collector.search, { from: from ?? end - WEEK, to: end }, scopeOf(caller), upTo);
  }),
  member("/v1/searches", (_asked, caller) => savedSearches(collector.search, caller)),
  {
    method: "PUT",
    path: "/v1/searches",
    access: "member",
    handle: (asked, caller) =>
      saveSearch(collector.search, caller, parsed(SAVED_SEARCH, asked.request.body), collector.now()),
  },
];

function periodOf(asked: Asked): ReturnType<typeof readPeriod> {
  checkQuery(asked, ["from", "to"]);
  return readPeriod(asked.query);
}

const member = (path: string, handle: (asked: Asked, caller: Caller) => Promise<unknown>): Route => ({
  method: "GET",
  path,
  access: "member",
  handle,
});
