import fs from "node:fs";
import { CollectorError } from "../collectorError.ts";
import { takeDataFolder } from "../dataFolder.ts";
import { Commit } from "../log/commit.ts";
import { keyFiles, readLogKeys } from "../log/logKeys.ts";
import { baseName, epochOf, numberedName } from "../log/logName.ts";
import { type KnownHead, PublishedHead, publishedFile } from "../log/publishedHead.ts";
import type { CollectorOptions } from "../options.ts";
import { openStore } from "../store/openStore.ts";
import type { Store, Tree } from "../store/store.ts";

export interface Restored {
  readonly log: string;
  readonly previous: KnownHead | null;
  /** Leaves the new log took over. */
  readonly kept: number;
}

/**
 * Begins a new log from a store that is behind what was published: another name, another chain of the collector's, and
 * a record of how far the old one is known to have gone. `epoch` counts the logs of this store; it has to be given where
 * the note of what was published is lost. @throws CollectorError
 */
export async function restoreLog(
  options: CollectorOptions,
  { epoch, now = () => new Date() }: { readonly epoch?: number; readonly now?: () => Date } = {},
): Promise<Restored> {
  const folder = takeDataFolder(options.data);
  try {
    return await restoreIn(options, epoch, now);
  } finally {
    folder.release();
  }
}

async function restoreIn(
  options: CollectorOptions,
  epoch: number | undefined,
  now: () => Date,
): Promise<Restored> {
  const store = await openStore(options);
  try {
    const published = new PublishedHead(publishedFile(options.data));
    const previous = published.head;
    const kept = await store.tree();
    await expectBehind(published, store, kept);
    const tree = kept ?? emptyTree(previous, options.log);
    const next = epoch ?? nextEpoch(tree, previous);
    if (!Number.isSafeInteger(next))
      throw new CollectorError(
        "epoch-invalid",
        "The number of the log is no whole number.",
        "Give --epoch 2.",
      );
    if (next <= lastEpoch(tree, previous))
      throw new CollectorError(
        "epoch-used",
        `The log number ${next} was published before.`,
        "Give a larger --epoch.",
      );
    return await begin(options, store, published, tree, next, now());
  } finally {
    await store.close();
  }
}

async function begin(
  options: CollectorOptions,
  store: Store,
  published: PublishedHead,
  before: Tree,
  epoch: number,
  now: Date,
): Promise<Restored> {
  const files = keyFiles(options.data, epoch);
  if (fs.existsSync(files.chain))
    throw new CollectorError(
      "epoch-used",
      `There is a key ${files.chain} of that log.`,
      "Give a larger --epoch.",
    );
  const keys = readLogKeys(files);
  const previous = published.head;
  const log = numberedName(baseName(before), epoch);
  const tree = await store.commit(async (transaction) => {
    const commit = new Commit(transaction, { ...before, logKey: keys.logKey }, keys, now);
    commit.beginLog(log, epoch);
    await commit.say({ kind: "log_started", log, previous, kept: before.size });
    return (await commit.write()).tree;
  });
  await published.note(tree);
  return { log, previous, kept: before.size };
}

async function expectBehind(published: PublishedHead, store: Store, tree: Tree | null): Promise<void> {
  try {
    await published.check(store, tree, false);
  } catch (error) {
    if (error instanceof CollectorError && error.code === "store-behind") return;
    throw error;
  }
  throw new CollectorError(
    "store-current",
    "The store holds everything that was published: there is nothing to restore.",
    "Start the collector. A new log would make every agent begin again for nothing.",
  );
}

/** Where there was no backup: nothing is kept but the name. */
function emptyTree(previous: KnownHead | null, name: string | undefined): Tree {
  const log = name ?? previous?.log.replace(/\/\d+$/, "");
  if (log === undefined)
    throw new CollectorError("no-store", "The store is empty.", "Start the collector: it begins a log.");
  return { size: 0, subtrees: [], log, epoch: 1, logKey: "", ownChain: null, checkpoint: "" };
}

const lastEpoch = (tree: Tree, previous: KnownHead | null): number =>
  Math.max(tree.epoch, previous === null ? 0 : (epochOf(tree, previous.log) ?? 0));

function nextEpoch(tree: Tree, previous: KnownHead | null): number {
  if (previous !== null) return lastEpoch(tree, previous) + 1;
  throw new CollectorError(
    "epoch-unknown",
    "The note of what was published is lost, so nobody here can tell how often a new log was begun before.",
    `Give --epoch: one more than the number at the end of the log's newest name that agents have seen; 2 where it has none (${baseName(tree)}).`,
  );
}
