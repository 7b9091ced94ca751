import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { Frontier, rootAt, sameHash } from "../../protocol/log/merkle.ts";
import { nodesOfTiles } from "../../protocol/log/tileNodes.ts";
import { sha256Bytes } from "../../protocol/node/crypto.ts";
import { CollectorError } from "../collectorError.ts";
import type { Store, Tree } from "../store/store.ts";
import { epochOf } from "./logName.ts";

/** Beside the store, never inside of it. */
export const publishedFile = (folder: string): string => path.join(folder, "published");

const HEAD = z.object({ log: z.string(), size: z.number().int().nonnegative(), root: z.string() });
export type KnownHead = z.infer<typeof HEAD>;

/**
 * What this collector has committed itself to, kept beside the store and not inside of it: a store from a backup is
 * behind it, and must not go on as if nothing had been published since.
 */
export class PublishedHead {
  readonly #file: string;
  #noted: KnownHead | null;
  #writing: Promise<void> = Promise.resolve();

  /** @throws CollectorError */
  constructor(file: string) {
    this.#file = file;
    this.#noted = read(file);
  }

  /** Null where nothing was ever published from here. */
  get head(): KnownHead | null {
    return this.#noted;
  }

  /** Durable before anybody is shown the tree. */
  note(tree: Tree): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(() => this.#note(tree));
    return this.#writing;
  }

  async #note(tree: Tree): Promise<void> {
    const noted = this.#noted;
    if (noted !== null && noted.log === tree.log && noted.size >= tree.size) return;
    const { root } = new Frontier(sha256Bytes, tree.size, tree.subtrees);
    const head: KnownHead = { log: tree.log, size: tree.size, root: Buffer.from(root).toString("base64") };
    const file = await fs.promises.open(`${this.#file}.new`, "w", 0o600);
    try {
      await file.writeFile(JSON.stringify(head));
      await file.datasync();
    } finally {
      await file.close();
    }
    await fs.promises.rename(`${this.#file}.new`, this.#file);
    this.#noted = head;
  }

  /** Whether the store goes on from here. @throws CollectorError */
  async check(store: Store, tree: Tree | null, mayBeNew: boolean): Promise<void> {
    const noted = this.#noted;
    if (tree === null) {
      if (noted === null) return;
      throw behind(`The store is empty, but ${noted.size} records of ${noted.log} were published.`);
    }
    if (noted === null) {
      if (mayBeNew || tree.size === 0) return;
      throw behind(
        `The store holds a log of ${tree.size} records, and there is no note of what was published from it: it looks like a backup.`,
      );
    }
    // Restored elsewhere: the newer log itself says where the one that was published from here has ended.
    if (tree.epoch > (epochOf(tree, noted.log) ?? Number.POSITIVE_INFINITY)) return;
    if (noted.log !== tree.log)
      throw behind(`The store holds the log ${tree.log}; what was last published from here is ${noted.log}.`);
    if (noted.size > tree.size)
      throw behind(
        `The store ends at record ${tree.size}, but ${noted.size} records were published: it is older than that.`,
      );
    const read = nodesOfTiles(sha256Bytes, (level, index) => store.tile(level, index));
    const root = await rootAt(sha256Bytes, noted.size, read);
    if (!sameHash(root, new Uint8Array(Buffer.from(noted.root, "base64"))))
      throw behind(`The store's first ${noted.size} records are not those that were published.`);
  }
}

function read(file: string): KnownHead | null {
  if (!fs.existsSync(file)) return null;
  try {
    return HEAD.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    throw new CollectorError(
      "published-unreadable",
      `${file} cannot be read, so nobody can tell what was published.`,
      "Restore it from the collector's disk, or run `sluice collector restore` to begin a new log.",
    );
  }
}

const behind = (message: string): CollectorError =>
  new CollectorError(
    "store-behind",
    message,
    "Put the newest store back; if it is lost, run `sluice collector restore`: it begins a new log from this store and records that the old one ended.",
  );
