import { randomBytes } from "node:crypto";
import { accountPrefix } from "./accounts/accountName.ts";
import { Approvals, type ApprovalTimes } from "./approvals/approvals.ts";
import { Overdue } from "./approvals/overdue.ts";
import { Questions } from "./approvals/questions.ts";
import type { Collector } from "./collector.ts";
import { CollectorError } from "./collectorError.ts";
import { Clearing } from "./connections/clearing.ts";
import { Connections } from "./connections/connections.ts";
import { Leases } from "./connections/leases.ts";
import { SecretBox, secretsFile } from "./connections/secretBox.ts";
import { readAssets } from "./console/assets.ts";
import { SignInEndpoints } from "./console/signInSettings.ts";
import { type DataFolder, takeDataFolder } from "./dataFolder.ts";
import { PACE, type Pace } from "./http/readBytes.ts";
import { buildServer } from "./http/server.ts";
import { Tokens } from "./identity/tokens.ts";
import { Gaps } from "./ingest/gaps.ts";
import { keyFiles, readLogKeys } from "./log/logKeys.ts";
import { NodeCache } from "./log/nodeCache.ts";
import { openLog } from "./log/openLog.ts";
import { Proofs } from "./log/proofs.ts";
import { PublishedHead, publishedFile } from "./log/publishedHead.ts";
import { Sequencer } from "./log/sequencer.ts";
import { Witnesses } from "./log/witnesses.ts";
import { Metrics } from "./operations/metrics.ts";
import { type CollectorOptions, type CollectorSettings, readOptions } from "./options.ts";
import { type Certificate, readTls } from "./readTls.ts";
import { RETENTION_EVERY_MS, Retention } from "./retention/retention.ts";
import { Counting } from "./search/counting.ts";
import { RecordExports } from "./search/exportRecords.ts";
import { openSearch } from "./search/openSearch.ts";
import { openStore } from "./store/openStore.ts";
import { beginStreams, startStreams } from "./streams/startStreams.ts";
import { streamsOf } from "./streams/streamRoutes.ts";
import { namedHooks } from "./webhooks/hooks.ts";
import { queuesOf, startOutboxes } from "./webhooks/startOutboxes.ts";

export interface RunningCollector {
  /** Where it listens. */
  readonly url: string;
  /** Name of the log. */
  readonly log: string;
  /** Answers what is under way, then ends. */
  stop(): Promise<void>;
}

/** What tests and demos set. */
interface Surroundings {
  readonly now?: () => Date;
  /** Folder of the console's page. */
  readonly page?: string;
  readonly retentionEveryMs?: number;
  readonly pace?: Pace;
  readonly gapsEveryMs?: number;
}

/** How often records are looked for that were announced and have not come. */
const GAPS_EVERY_MS = 60_000;

/** Starts a collector. @throws CollectorError in words its operator can act on. */
export async function startCollector(
  settings: CollectorSettings,
  {
    now = () => new Date(),
    page,
    retentionEveryMs = RETENTION_EVERY_MS,
    pace = PACE,
    gapsEveryMs = GAPS_EVERY_MS,
  }: Surroundings = {},
): Promise<RunningCollector> {
  const options = readOptions(settings);
  const certificate = readTls(options);
  const folder = takeDataFolder(options.data);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const store = await openStore(options);
    opened.push(store);
    const search = await openSearch(options);
    opened.push(search);
    return await run(options, {
      store,
      search,
      folder,
      page: readAssets(page),
      certificate,
      now,
      retentionEveryMs,
      pace,
      gapsEveryMs,
    });
  } catch (error) {
    for (const part of opened.toReversed()) await part.close();
    folder.release();
    throw error;
  }
}

/** What is open before it serves. */
interface Opened extends Pick<Collector, "store" | "search" | "page" | "now"> {
  readonly folder: DataFolder;
  readonly certificate: Certificate | null;
  readonly pace: Pace;
  readonly gapsEveryMs: number;
  readonly retentionEveryMs: number;
}

async function run(
  options: CollectorOptions,
  { store, search, folder, page, certificate, now, retentionEveryMs, pace, gapsEveryMs }: Opened,
): Promise<RunningCollector> {
  const published = new PublishedHead(publishedFile(options.data));
  const before = await store.tree();
  await published.check(store, before, options.database !== undefined);
  const keys = readLogKeys(keyFiles(options.data, before?.epoch ?? 1));
  const tree = await openLog(store, keys, { log: options.log, fallback: logName(options) }, now);
  await published.note(tree);
  const [nodes, metrics] = [new NodeCache(store), new Metrics()];
  let stopping = false;
  const sequencer = new Sequencer(
    {
      store,
      keys,
      nodes,
      published,
      now,
      onCommit: (size, _jobs, raised) => metrics.committed(size, raised),
    },
    tree,
  );
  const hooks = namedHooks(options.webhooks);
  const approvals = new Approvals({
    store,
    sequencer,
    keys,
    now,
    times: approvalTimes(options.approvals),
    hooks: { hooks, address: options.publicUrl ?? null },
  });
  const lending = {
    store,
    sequencer,
    box: new SecretBox(secretsFile(options.data)),
    prefix: accountPrefix(keys.logKey),
  };
  const clearing = new Clearing({ ...lending, now });
  const leasesOver = (): void => clearing.wake();
  const proofs = new Proofs(nodes);
  const witnesses = new Witnesses(options.witnesses, proofs);
  await witnesses.show(tree);
  const witnessing = keepWitnessing(witnesses, sequencer, options.witnessSeconds);
  const counting = new Counting(search, store);
  const exports = new RecordExports(search, sequencer);
  const { issuer, clientId, audience = clientId, groupsClaim, roles, clockHours } = options;
  const clockMs = clockHours * 60 * 60 * 1000;
  const collector: Collector = {
    store,
    search,
    counting,
    exports,
    sequencer,
    proofs,
    witnesses,
    keys,
    tokens: new Tokens({ issuer, audience, clientId, groupsClaim, roles }),
    signInEndpoints: new SignInEndpoints({ issuer, clientId }),
    page,
    metrics,
    approvals,
    questions: new Questions({ store, approvals, issuer, log: tree.log, now }),
    connections: new Connections({ ...lending, over: leasesOver }),
    leases: new Leases({ ...lending, clearing, log: tree.log }),
    leasesOver,
    streamSettings: options.streams,
    retentionDays: options.retention?.days ?? null,
    clock: { backMs: clockMs, aheadMs: clockMs },
    now,
    log: tree.log,
    identity: { issuer, clientId },
    stopping: () => stopping,
  };
  metrics.watch({
    streams: () => streamsOf(collector),
    alerts: () => store.openAlerts(),
    webhooks: () => queuesOf(store.approvals, hooks),
  });
  const server = await buildServer(collector, { ...options, pace, tls: certificate });
  await beginStreams(sequencer, options.streams);
  const url = await server.listen({ host: options.host, port: options.port });
  collector.tokens.alsoFor(options.publicUrl ?? url);
  if (hooks.size > 0 && options.publicUrl === undefined)
    server.log.warn(
      "webhooks are set and publicUrl is not: messages carry no link to the request. Set --public-url.",
    );
  const outboxes = startOutboxes({ store, sequencer, hooks, metrics, now, log: server.log });
  approvals.onQueued(() => outboxes.wake());
  const streams = startStreams({
    ...{ store, search, sequencer, metrics, now, streams: options.streams, logName: tree.log },
    shared: options.database !== undefined,
    log: server.log,
  });
  const retention = new Retention({
    ...{ store, search, sequencer, counting, now },
    days: collector.retentionDays,
    approvalDays: options.approvals.keepDays,
    everyMs: retentionEveryMs,
  });
  const gaps = new Gaps({ store, sequencer, now, everyMs: gapsEveryMs });
  const overdue = new Overdue(store.approvals, (id) => approvals.overtake(id), now);
  return {
    url,
    log: tree.log,
    stop: async () => {
      stopping = true;
      approvals.followers.stop();
      exports.stop();
      clearInterval(witnessing);
      await server.close();
      await overdue.stop();
      await gaps.stop();
      await clearing.stop();
      await retention.stop();
      await outboxes.stop();
      await streams.stop();
      await sequencer.idle();
      metrics.close();
      await counting.stop();
      await search.close();
      await store.close();
      folder.release();
    },
  };
}

const approvalTimes = (options: CollectorOptions["approvals"]): ApprovalTimes => ({
  expireMs: options.expireMinutes * 60_000,
  grantMs: options.grantMinutes * 60_000,
  longestElevationMinutes: options.longestElevationMinutes,
});

/** What a log is called that nobody named: no two bear one name. */
function logName({ publicUrl, host, port }: CollectorOptions): string {
  if (publicUrl !== undefined) return `${new URL(publicUrl).host}/sluice`;
  return port === 0 ? `${host}/sluice-${randomBytes(4).toString("hex")}` : `${host}:${port}/sluice`;
}

/** Shows the newest tree to the witnesses from time to time; stops signing where one knows a longer log. */
function keepWitnessing(witnesses: Witnesses, sequencer: Sequencer, seconds: number): NodeJS.Timeout {
  let asking = false;
  const show = async (): Promise<void> => {
    if (asking || !witnesses.any) return;
    asking = true;
    try {
      await witnesses.show(await sequencer.published());
    } catch (error) {
      if (error instanceof CollectorError && error.code === "store-behind") sequencer.halt(error);
    } finally {
      asking = false;
    }
  };
  return setInterval(() => void show(), seconds * 1000).unref();
}
