import { type Actor, actorIdentity } from "../../protocol/actor.ts";
import type { SealedRecord } from "../../protocol/audit/record.ts";
import type { Signer } from "../../protocol/audit/seal.ts";
import type { Signal } from "../../protocol/behaviour/signal.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { newBaseline, storedBaseline } from "./baseline.ts";
import { learn } from "./learn.ts";
import { observe } from "./observation.ts";
import { enumerationSignals } from "./signals/enumeration.ts";
import { hourSignals } from "./signals/hours.ts";
import { noveltySignals } from "./signals/novelty.ts";
import { repetitionSignals } from "./signals/repetition.ts";
import { together } from "./signals/together.ts";
import { volumeSignals } from "./signals/volume.ts";
import { keepSnapshot, readSnapshot, type Snapshot } from "./snapshot.ts";
import { type ProfiledStatement, profileOf } from "./statementProfile.ts";

/** A ledger's records, as far as behaviour is read from them. */
export interface RecordSource {
  /** Records after `seq` in order, whoever wrote them: at least one where there is one. */
  sealedAfter(seq: number, maxRecords: number, maxBytes: number): readonly SealedRecord[];
}

/** The ledger that goes on. */
export interface BehaviourSource extends RecordSource {
  readonly signer: Signer;
}

export interface BehaviourOptions {
  readonly source: BehaviourSource;
  /** Ledgers that were closed before it, oldest first: what was usual there still is. */
  readonly before?: () => readonly RecordSource[];
  /** Folder for what is kept between processes. */
  readonly folder: string;
  readonly now?: () => Date;
}

const BATCH = 500;
/** Fewer are read in a moment. */
const MANY = 20;
const BATCH_BYTES = 8 * 1024 * 1024;
/** So many records are read again at most when a process was killed. */
const KEEP_EVERY = 2_000;

/**
 * What actors usually do, by the ledger alone and those it goes on from: it follows the records, whichever process wrote them, and can be made
 * again from them at any time. It never is the truth about anything.
 */
export class Behaviour {
  readonly #source: BehaviourSource;
  readonly #before: () => readonly RecordSource[];
  /** Closed ledgers whose records are still to be taken in, before those of this one. */
  #closed: readonly RecordSource[] = [];
  readonly #folder: string;
  readonly #now: () => Date;
  /** Null until somebody asks: most commands never do. */
  #read: Snapshot | null = null;
  #keptSeq = 0;

  constructor({ source, before, folder, now }: BehaviourOptions) {
    this.#source = source;
    this.#before = before ?? (() => []);
    this.#folder = folder;
    this.#now = now ?? (() => new Date());
  }

  /** Reads what was recorded since, a long ledger in pieces, between which others have their turn. */
  async ready(): Promise<void> {
    for (let read = this.#follow(); read > 0; read = this.#follow())
      if (read > MANY) await new Promise((resolve) => setImmediate(resolve));
    if (this.#known.seq - this.#keptSeq >= KEEP_EVERY) this.keep();
  }

  /**
   * In what a statement differs from what its actor usually does. `rows`: what it is expected to come to; `others`: what
   * else speaks against it. `ready` has to have settled before.
   */
  signals(
    statement: ProfiledStatement,
    rows: number | undefined,
    others: readonly Signal[] = [],
  ): readonly Signal[] {
    const actor: Actor = statement.actor;
    const history = this.#known.baseline.actors.get(actorIdentity(actor));
    const asked = { actor, profile: profileOf(statement), rows, now: this.#now().getTime() };
    return together([
      ...others,
      ...noveltySignals(history, asked),
      ...volumeSignals(history, asked),
      ...repetitionSignals(history, asked),
      ...enumerationSignals(history, asked),
      ...hourSignals(history, asked),
    ]);
  }

  /** Keeps what is known, so that the next process need not read the ledger from its beginning. */
  keep(): void {
    if (this.#known.seq === this.#keptSeq) return;
    keepSnapshot(this.#file(), this.#known, this.#source.signer);
    this.#keptSeq = this.#known.seq;
  }

  /** Takes in what is there and keeps it, where anybody asked. */
  async close(): Promise<void> {
    if (this.#read === null) return;
    await this.ready();
    this.keep();
  }

  /** Everything that is known, as it would be kept; for comparing. */
  known(): string {
    return JSON.stringify(storedBaseline(this.#known.baseline));
  }

  /** By the key that vouches for it: what another one had signed is made again. */
  #file(): string {
    return `${this.#folder}/behaviour-${this.#source.signer.keyId}.json`;
  }

  get #known(): Snapshot {
    if (this.#read !== null) return this.#read;
    this.#read = this.#restored() ?? this.#begun();
    this.#keptSeq = this.#read.seq;
    return this.#read;
  }

  /** Answers how many records it took in. */
  #follow(): number {
    const { seq, baseline } = this.#known;
    const [closed, ...later] = this.#closed;
    const records = (closed ?? this.#source).sealedAfter(seq, BATCH, BATCH_BYTES);
    if (records.length === 0 && closed !== undefined) {
      this.#closed = later;
      this.#read = { seq: 0, hash: "", baseline };
      this.#keptSeq = 0;
      return this.#follow();
    }
    for (const { canonical } of records) {
      const observation = observe(canonical);
      if (observation !== null) learn(baseline, observation);
    }
    const last = records.at(-1);
    if (last !== undefined) this.#read = { seq: last.seq, hash: last.hash, baseline };
    return records.length;
  }

  /** What was kept, where the ledger, or the one it goes on from, still is the one it was kept of. */
  #restored(): Snapshot | null {
    const kept = readSnapshot(this.#file(), this.#source.signer, nodeVerifier.verify);
    if (kept === null || kept.seq < 1) return null;
    if (isOf(kept, this.#source)) return kept;
    const closed = this.#before();
    const last = closed.findLastIndex((one) => isOf(kept, one));
    if (last < 0) return null;
    this.#closed = closed.slice(last);
    return kept;
  }

  #begun(): Snapshot {
    this.#closed = this.#before();
    return { seq: 0, hash: "", baseline: newBaseline() };
  }
}

function isOf({ seq, hash }: Snapshot, source: RecordSource): boolean {
  const [record] = source.sealedAfter(seq - 1, 1, BATCH_BYTES);
  return record?.seq === seq && record.hash === hash;
}
