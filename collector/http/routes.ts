import { z } from "zod";
import { DISPUTE } from "../../protocol/collector/dispute.ts";
import {
  type ChainHead,
  type CollectorInfo,
  ENROLMENT,
  proofText,
  RECORD_BATCH,
} from "../../protocol/collector/ingest.ts";
import { RECORD_PAGE_LIMIT } from "../../protocol/collector/records.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { noteKeyText } from "../../protocol/log/checkpoint.ts";
import { sha256Bytes } from "../../protocol/node/crypto.ts";
import { alertRoutes } from "../alerts/alertRoutes.ts";
import { approvalRoutes } from "../approvals/routes.ts";
import { behaviourRoutes } from "../behaviour/behaviourRoutes.ts";
import type { Collector } from "../collector.ts";
import { connectionRoutes } from "../connections/routes.ts";
import { consoleRoutes } from "../console/consoleRoutes.ts";
import { CONFIRMATION, confirmDevice } from "../devices/confirm.ts";
import { takeDispute } from "../devices/dispute.ts";
import { enrol } from "../devices/enrol.ts";
import { listDevices } from "../devices/listDevices.ts";
import { readRecords } from "../devices/readRecords.ts";
import { STATE_CHANGE, setDeviceState } from "../devices/setState.ts";
import { ingest } from "../ingest/ingest.ts";
import { silence } from "../operations/silence.ts";
import { policyRoutes } from "../policy/policyRoutes.ts";
import { Refusal } from "../refusal.ts";
import { reportRoutes } from "../reports/reportRoutes.ts";
import { retentionRoutes } from "../retention/retentionRoutes.ts";
import { searchRoutes } from "../search/searchRoutes.ts";
import { chainHead } from "../store/device.ts";
import { streamHealth, streamRoutes } from "../streams/streamRoutes.ts";
import { MOST_BODY_BYTES, parsed } from "./body.ts";
import { chainOf } from "./chainOf.ts";
import { logFile } from "./logFile.ts";
import type { Asked, Route } from "./route.ts";

const WHOLE = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

const PLACE = z.coerce
  .number()
  .int()
  .positive()
  .max(Number.MAX_SAFE_INTEGER - RECORD_PAGE_LIMIT);
const LIMIT = z.coerce.number().int().positive().max(RECORD_PAGE_LIMIT).default(RECORD_PAGE_LIMIT);

/** Everything the collector answers, and to whom. There is no other route. */
export const routes = (collector: Collector): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/info",
    access: "anyone",
    handle: async (): Promise<CollectorInfo> => {
      const { identity, keys, log } = collector;
      return { log, logKey: noteKeyText(sha256Bytes, keys.checkpoints(log)), identity };
    },
  },
  { method: "GET", path: "/checkpoint", access: "anyone", handle: (asked) => checkpoint(collector, asked) },
  {
    method: "GET",
    path: "/v1/checkpoint/witnessed",
    access: "anyone",
    handle: (asked) => witnessed(collector, asked),
  },
  {
    method: "GET",
    path: "/tile/*",
    access: "anyone",
    weight: 10,
    handle: (asked) => logFile(collector, asked),
  },
  {
    method: "GET",
    path: "/v1/proof/inclusion",
    access: "anyone",
    handle: (asked) =>
      inclusion(collector, chainOf(asked.query("chain")), parsed(WHOLE, asked.query("seq"), "seq")),
  },
  {
    method: "GET",
    path: "/v1/proof/consistency",
    access: "anyone",
    handle: (asked) =>
      consistency(
        collector,
        parsed(WHOLE, asked.query("from"), "from"),
        parsed(WHOLE, asked.query("to"), "to"),
      ),
  },
  {
    method: "GET",
    path: "/v1/devices/:chain/head",
    access: "device",
    perDevice: true,
    handle: async (_asked, { device }): Promise<ChainHead> => chainHead(device),
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/records",
    access: "device",
    perDevice: true,
    bodyBytes: MOST_BODY_BYTES,
    handle: (asked, sender) => {
      const unproven = (code: string): void => {
        collector.metrics.unproven(code);
        asked.request.log.warn({ code, address: asked.request.ip }, "unproven records refused");
      };
      return ingest({ ...collector, unproven }, sender, parsed(RECORD_BATCH, asked.request.body));
    },
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/dispute",
    access: "device",
    perDevice: true,
    handle: (asked, sender) => takeDispute(collector.sequencer, sender, parsed(DISPUTE, asked.request.body)),
  },
  {
    method: "PUT",
    path: "/v1/devices/:chain",
    access: "member",
    handle: (asked, caller) => {
      const { sequencer, log } = collector;
      const chain = chainOf(asked.param("chain"));
      return enrol(sequencer, log, caller, chain, parsed(ENROLMENT, asked.request.body));
    },
  },
  {
    method: "GET",
    path: "/v1/devices",
    access: "member",
    handle: ({ query }, caller) =>
      listDevices(collector.store, caller, { cursor: query("cursor"), limit: query("limit") }),
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/state",
    access: "admin",
    handle: (asked, caller) => {
      const chain = chainOf(asked.param("chain"));
      return setDeviceState(collector, caller, chain, parsed(STATE_CHANGE, asked.request.body));
    },
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/confirm",
    access: "admin",
    handle: ({ request, param }, caller) =>
      confirmDevice(collector.sequencer, caller, chainOf(param("chain")), parsed(CONFIRMATION, request.body)),
  },
  {
    method: "GET",
    path: "/v1/devices/:chain/records",
    access: "member",
    handle: (asked, caller) => {
      const [from, limit] = [
        parsed(PLACE, asked.query("from"), "from"),
        parsed(LIMIT, asked.query("limit"), "limit"),
      ];
      return readRecords(collector.store, caller, chainOf(asked.param("chain")), from, limit);
    },
  },
  {
    method: "GET",
    path: "/v1/silence",
    access: "auditor",
    handle: () => silence(collector.store, collector.now()),
  },
  ...alertRoutes(collector),
  ...policyRoutes(collector),
  ...approvalRoutes(collector.approvals, collector.questions, collector.now),
  ...connectionRoutes(collector),
  { method: "GET", path: "/health", access: "anyone", handle: () => health(collector) },
  { method: "GET", path: "/ready", access: "anyone", handle: () => ready(collector) },
  {
    method: "GET",
    path: "/metrics",
    access: "operator",
    handle: async ({ reply }) => {
      void reply.type(collector.metrics.contentType);
      return collector.metrics.text();
    },
  },
  ...searchRoutes(collector),
  ...reportRoutes(collector),
  ...retentionRoutes(collector),
  ...streamRoutes(collector),
  ...behaviourRoutes(collector),
  ...consoleRoutes(collector),
];

async function checkpoint({ sequencer }: Collector, { reply }: Asked): Promise<string> {
  const tree = await sequencer.published();
  void reply.type("text/plain; charset=utf-8").header("cache-control", "no-cache");
  return tree.checkpoint;
}

async function witnessed({ witnesses }: Collector, { reply }: Asked): Promise<string> {
  const { newest } = witnesses;
  if (newest === null)
    throw new Refusal(
      "not-found",
      "No checkpoint is signed by every witness yet.",
      "Ask for /checkpoint, which the log alone has signed.",
    );
  void reply.type("text/plain; charset=utf-8").header("cache-control", "no-cache");
  return newest;
}

async function inclusion({ store, sequencer, proofs }: Collector, chain: Sha256, seq: number) {
  const [placed] = await store.placed(chain, seq, seq);
  if (placed === undefined)
    throw new Refusal(
      "not-found",
      `The log has no record ${seq} of this chain.`,
      "Ask where the chain ends.",
    );
  const tree = await sequencer.published();
  const { leafIndex: index, hash, signature } = placed;
  const proof = proofText(await proofs.inclusion(index, tree.size));
  return { chain, seq, hash, signature, index, checkpoint: tree.checkpoint, inclusion: proof };
}

async function consistency({ sequencer, proofs }: Collector, from: number, to: number) {
  const tree = await sequencer.published();
  if (from > to || to > tree.size)
    throw new Refusal(
      "bad-request",
      `The log has ${tree.size} records.`,
      "Ask for a smaller tree, then a larger one.",
    );
  return { from, to, proof: proofText(await proofs.consistency(from, to)) };
}

/** That the process lives. What its receivers miss is no reason to start it anew. */
async function health(collector: Collector): Promise<unknown> {
  const streams = await streamHealth(collector);
  return streams === null ? { status: "ok" } : { status: "ok", streams };
}

async function ready({ sequencer, stopping }: Collector): Promise<unknown> {
  if (stopping()) throw new Refusal("unavailable", "The collector is stopping.", "Ask another one.");
  const { size } = await sequencer.published();
  return { status: "ready", size };
}
