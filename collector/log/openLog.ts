import { CollectorError } from "../collectorError.ts";
import type { Store, Tree } from "../store/store.ts";
import { Commit } from "./commit.ts";
import type { LogKeys } from "./logKeys.ts";
import { baseName } from "./logName.ts";

/** The store's log; begun where there is none. @throws CollectorError where it is another's. */
export async function openLog(
  store: Store,
  keys: LogKeys,
  asked: { readonly log: string | undefined; readonly fallback: string },
  now: () => Date,
): Promise<Tree> {
  const known = await store.tree();
  if (known !== null) {
    await checkOwnKey(store, known, keys);
    return checked(known, keys, asked.log);
  }
  return store.commit(async (transaction) => {
    // Another process may have begun it a moment ago.
    const begun = await transaction.tree();
    if (begun !== null) return checked(begun, keys, asked.log);
    const log = asked.log ?? asked.fallback;
    const empty = {
      size: 0,
      subtrees: [],
      log,
      epoch: 1,
      logKey: keys.logKey,
      ownChain: null,
      checkpoint: "",
    };
    const commit = new Commit(transaction, empty, keys, now());
    await commit.say({ kind: "log_started", log, previous: null, kept: 0 });
    return (await commit.write()).tree;
  });
}

/** Records of the collector's own chain that another key signs would break it. */
async function checkOwnKey(store: Store, { ownChain, logKey }: Tree, keys: LogKeys): Promise<void> {
  const own = ownChain === null ? null : await store.device(ownChain);
  if (logKey !== keys.logKey || own === null || own.keys.some(({ id }) => id === keys.records.keyId)) return;
  throw new CollectorError(
    "chain-key-differs",
    "The collector's own chain is signed with another key than the one in the data folder.",
    "Put the chain's own key there; every collector over one database has the same.",
  );
}

function checked(tree: Tree, keys: LogKeys, asked: string | undefined): Tree {
  if (tree.logKey !== keys.logKey)
    throw new CollectorError(
      "log-key-differs",
      `The log ${tree.log} is signed with another key than the one in the data folder.`,
      "Put the log's own key (log.key) and chain key there; every collector over one database has the same.",
    );
  if (asked !== undefined && asked !== baseName(tree))
    throw new CollectorError(
      "log-name-differs",
      `The log is called ${baseName(tree)}, and the settings call it ${asked}.`,
      "A log keeps its name. Leave the name out of the settings, or begin with an empty data folder.",
    );
  return tree;
}
