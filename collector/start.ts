import fs from "node:fs";
import path from "node:path";
import type { Collector } from "./collector.ts";
import { readAssets } from "./console/assets.ts";
import { SignInEndpoints } from "./console/signInSettings.ts";
import { buildServer } from "./http/server.ts";
import { Tokens } from "./identity/tokens.ts";
import { keyFiles, readLogKeys } from "./log/logKeys.ts";
import { NodeCache } from "./log/nodeCache.ts";
import { openLog } from "./log/openLog.ts";
import { Proofs } from "./log/proofs.ts";
import { PublishedHead } from "./log/publishedHead.ts";
import { Sequencer } from "./log/sequencer.ts";
import { Metrics } from "./operations/metrics.ts";
import { type CollectorOptions, type CollectorSettings, readOptions } from "./options.ts";
import { Counting } from "./search/counting.ts";
import type { SearchDatabase } from "./search/database.ts";
import { openSearch } from "./search/openSearch.ts";
import { openStore } from "./store/openStore.ts";
import type { Store } from "./store/store.ts";

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
}

/** Starts a collector. @throws CollectorError in words its operator can act on. */
export async function startCollector(
  settings: CollectorSettings,
  { now = () => new Date(), page }: Surroundings = {},
): Promise<RunningCollector> {
  const options = readOptions(settings);
  fs.mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const store = await openStore(options);
  const opened: { close(): Promise<void> }[] = [store];
  try {
    const search = await openSearch(options);
    opened.push(search);
    return await run(options, store, search, readAssets(page), now);
  } catch (error) {
    for (const part of opened.toReversed()) await part.close();
    throw error;
  }
}

async function run(
  options: CollectorOptions,
  store: Store,
  search: SearchDatabase,
  page: Collector["page"],
  now: () => Date,
): Promise<RunningCollector> {
  const published = new PublishedHead(publishedFile(options));
  const epoch = (await store.tree())?.epoch ?? 1;
  const keys = readLogKeys(keyFiles(options.data, epoch));
  const fallback = `${new URL(options.publicUrl ?? `http://${options.host}:${options.port}`).host}/sluice`;
  const before = await store.tree();
  if (before !== null) await published.check(store, before, options.database !== undefined);
  const tree = await openLog(store, keys, { log: options.log, fallback }, now);
  const [nodes, metrics] = [new NodeCache(store), new Metrics()];
  let stopping = false;
  const sequencer = new Sequencer({
    store,
    keys,
    nodes,
    published,
    now,
    onCommit: (size) => metrics.committed(size),
  });
  const counting = new Counting(search, store);
  const { issuer, clientId, audience = clientId, groupsClaim, roles, clockHours } = options;
  const clockMs = clockHours * 60 * 60 * 1000;
  const collector: Collector = {
    store,
    search,
    counting,
    sequencer,
    proofs: new Proofs(nodes),
    keys,
    tokens: new Tokens({ issuer, audience, groupsClaim, roles }),
    signInEndpoints: new SignInEndpoints({ issuer, clientId }),
    page,
    metrics,
    clock: { backMs: clockMs, aheadMs: clockMs },
    now,
    log: tree.log,
    identity: { issuer, clientId },
    stopping: () => stopping,
  };
  const server = await buildServer(collector, { ...options, tls: readTls(options) });
  const url = await server.listen({ host: options.host, port: options.port });
  return {
    url,
    log: tree.log,
    stop: async () => {
      stopping = true;
      await server.close();
      await sequencer.idle();
      metrics.close();
      await counting.stop();
      await search.close();
      await store.close();
    },
  };
}

/** Beside the store, never inside of it. */
export const publishedFile = ({ data }: Pick<CollectorOptions, "data">): string =>
  path.join(data, "published");

function readTls({ tls }: CollectorOptions): { cert: Buffer; key: Buffer } | null {
  return tls === undefined ? null : { cert: fs.readFileSync(tls.cert), key: fs.readFileSync(tls.key) };
}
