import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { proofCrypto } from "../../agent/audit/proofCrypto.ts";
import { GENESIS, type RecordBody, type SealedRecord } from "../../protocol/audit/record.ts";
import { type Signer, seal } from "../../protocol/audit/seal.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { type BundleSource, bundleLines } from "../../protocol/log/bundleWriter.ts";
import {
  type Checkpoint,
  type NoteSigner,
  noteKeyText,
  signCheckpoint,
} from "../../protocol/log/checkpoint.ts";
import { leafText } from "../../protocol/log/leaf.ts";
import type { LoggedRecord } from "../../protocol/log/loggedRecord.ts";
import { Frontier, type Hash, leafHash } from "../../protocol/log/merkle.ts";
import { entryBundle, TILE_WIDTH } from "../../protocol/log/tile.ts";

export function newLogSigner(name = "log.example/sluice"): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(12);
  return {
    name,
    publicKey: new Uint8Array(raw),
    sign: (text) => new Uint8Array(sign(null, text, privateKey)),
  };
}

export const keyTextOf = (signer: NoteSigner): string => noteKeyText(proofCrypto.sha256, signer);

export interface TestChain {
  readonly chain: Sha256;
  readonly records: readonly SealedRecord[];
}

/** A chain signed by hand, for records no ledger would write. */
export function chainOf(
  bodies: readonly (readonly [Signer, RecordBody])[],
  at: (seq: number) => string = (seq) => new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString(),
): TestChain {
  const records: SealedRecord[] = [];
  let prev: Sha256 = GENESIS;
  for (const [position, [signer, body]] of bodies.entries()) {
    const seq = position + 1;
    const sealed = seal({ v: 1, seq, at: at(seq), prev, key: signer.keyId, body }, signer, {
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
    });
    records.push(sealed);
    prev = sealed.hash;
  }
  return { chain: records[0]?.hash ?? GENESIS, records };
}

/** A log as a collector keeps it: entries, tiles and signed heads of every size. */
export class TestLog {
  readonly signer: NoteSigner;
  readonly entries: Uint8Array[] = [];
  readonly #tiles = new Map<string, Hash[]>();
  readonly #frontier = new Frontier(proofCrypto.sha256);
  readonly #heads: Checkpoint[] = [];
  readonly #places = new Map<string, number>();

  constructor(signer = newLogSigner()) {
    this.signer = signer;
    this.#heads.push(this.#head());
  }

  #head(): Checkpoint {
    return { origin: this.signer.name, size: this.#frontier.size, root: this.#frontier.root };
  }

  append(chain: Sha256, { seq, hash, signature }: SealedRecord): void {
    const entry = new TextEncoder().encode(leafText({ chain, seq, hash, signature }));
    this.#places.set(`${chain}/${seq}`, this.entries.length);
    this.entries.push(entry);
    for (const node of this.#frontier.append(leafHash(proofCrypto.sha256, entry))) {
      if (node.level % 8 !== 0) continue;
      const key = `${node.level / 8}/${Math.floor(node.index / TILE_WIDTH)}`;
      const tile = this.#tiles.get(key);
      if (tile === undefined) this.#tiles.set(key, [node.hash]);
      else tile.push(node.hash);
    }
    this.#heads.push(this.#head());
  }

  /** In turns, as records of many devices come in; each chain in its own order. */
  appendInTurns(chains: readonly TestChain[]): void {
    const longest = Math.max(...chains.map(({ records }) => records.length));
    for (let position = 0; position < longest; position += 1) {
      for (const { chain, records } of chains) {
        const record = records[position];
        if (record !== undefined) this.append(chain, record);
      }
    }
  }

  head(size = this.entries.length): Checkpoint {
    const head = this.#heads[size];
    if (head === undefined) throw new RangeError(`There never was a tree of ${size} entries.`);
    return head;
  }

  note(size?: number): string {
    return signCheckpoint(proofCrypto.sha256, this.head(size), this.signer);
  }

  tile(level: number, index: number): Uint8Array {
    return Buffer.concat(this.#tiles.get(`${level}/${index}`) ?? []);
  }

  entriesOf(index: number, width: number): Uint8Array {
    return entryBundle(this.entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width));
  }

  indexOf(chain: Sha256, seq: number): number | null {
    return this.#places.get(`${chain}/${seq}`) ?? null;
  }
}

export interface BundleWish {
  readonly log?: TestLog | null;
  readonly chains: readonly TestChain[];
  readonly from?: string | null;
  readonly to?: string | null;
  readonly olderSize?: number;
  readonly size?: number;
  /** Whose text was dropped. */
  readonly dropped?: (record: SealedRecord) => boolean;
  /** Of which chains only what shows what was dropped is here; or all of them, whatever the range. */
  readonly partOf?: (chain: TestChain) => "range" | "whole" | "evidence";
}

/** The lines of a bundle, without their line feeds. */
export async function bundleOf(wish: BundleWish): Promise<readonly string[]> {
  const {
    log = null,
    chains,
    from = null,
    to = null,
    olderSize = 0,
    size,
    dropped = () => false,
    partOf = () => "range",
  } = wish;
  async function* recordsOf(one: TestChain): AsyncGenerator<LoggedRecord> {
    const { chain, records } = one;
    for (const record of records) {
      if (partOf(one) === "evidence" && !/"kind":"(key_|bodies_dropped)/.test(record.canonical)) continue;
      const index = log?.indexOf(chain, record.seq) ?? null;
      yield { ...record, canonical: dropped(record) ? null : record.canonical, index };
    }
  }
  const source: BundleSource = {
    sha256: proofCrypto.sha256,
    log:
      log === null
        ? null
        : {
            key: keyTextOf(log.signer),
            note: log.note(size),
            head: log.head(size),
            readTile: async (level, index) => log.tile(level, index),
            olderSize,
          },
    range: { from, to },
    chains: (async function* () {
      for (const chain of chains)
        yield { chain: chain.chain, records: recordsOf(chain), part: partOf(chain) };
    })(),
  };
  const lines: string[] = [];
  for await (const line of bundleLines(source)) lines.push(line.slice(0, -1));
  return lines;
}
