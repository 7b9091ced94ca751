import type { SealedRecord } from "../../../protocol/audit/record.ts";
import { DISPUTE_CHARACTERS } from "../../../protocol/collector/dispute.ts";
import {
  BATCH,
  type ChainHead,
  type CollectorInfo,
  enrolmentText,
} from "../../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../../protocol/ids.ts";
import type { Problem } from "../../../protocol/messages.ts";
import type { SyncState } from "../../../protocol/sync.ts";
import type { Ledger } from "../ledger.ts";
import { LedgerError } from "../ledgerError.ts";
import { CollectorClient } from "./collectorClient.ts";
import { CollectorError, dishonest, type Evidence, ledgerDiffers } from "./collectorError.ts";
import { keyOf, LogWitness } from "./logWitness.ts";

/** The signed-in person's proof of who they are, for enrolling this device. */
export interface DeviceOwner {
  readonly subject: string;
  readonly idToken: string;
}

export interface LedgerSyncOptions {
  readonly url: string;
  readonly ledger: Ledger;
  /** Null where nobody is signed in. */
  readonly owner: () => DeviceOwner | null;
  /** How people recognise this machine. */
  readonly deviceName: string;
  readonly onState?: (state: SyncState) => void;
  /** Waits between attempts; milliseconds. */
  readonly delays?: { readonly soon: number; readonly first: number; readonly longest: number };
}

const DELAYS = { soon: 300, first: 1_000, longest: 5 * 60_000 } as const;

/**
 * Sends what the ledger holds to the collector, in order, until it has proven to hold all of it; again when records are
 * added. Any number of processes may do so for one ledger: what has come already is not taken twice. Nothing waits
 * for it: a ledger is whole without a collector.
 */
export class LedgerSync {
  readonly #options: LedgerSyncOptions;
  readonly #client: CollectorClient;
  readonly #witness: LogWitness;
  readonly #delays: NonNullable<LedgerSyncOptions["delays"]>;
  readonly #ended = new AbortController();
  readonly #unlisten: () => void;
  #head: ChainHead | null = null;
  #state: SyncState;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #failures = 0;
  #again = false;

  constructor(options: LedgerSyncOptions) {
    this.#options = options;
    this.#delays = options.delays ?? DELAYS;
    this.#client = new CollectorClient(options.url, this.#ended.signal);
    this.#witness = new LogWitness(this.#client, options.ledger.collectors);
    this.#state = this.#behind();
    this.#unlisten = options.ledger.onAppend(() => this.#added());
    this.#schedule(0);
  }

  get state(): SyncState {
    return this.#state;
  }

  /** Tries at once, whatever the back-off says: somebody has signed in, or asks. Settles when that try is over. */
  async now(): Promise<SyncState> {
    await this.#round;
    this.#failures = 0;
    await this.#run();
    return this.#state;
  }

  /** One last try of at most `milliseconds`, then nothing more is sent from here. */
  async close(milliseconds: number): Promise<void> {
    this.#unlisten();
    if (this.#state.kind === "behind" && this.#failures === 0) {
      await Promise.race([this.now(), new Promise((resolve) => setTimeout(resolve, milliseconds).unref())]);
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#ended.abort();
    await this.#round;
  }

  #added(): void {
    if (this.#state.kind === "refused") return;
    // A statement waits for this: how many there are is counted when they are sent.
    if (this.#state.kind === "synced") this.#set(this.#behind());
    if (this.#round !== null) this.#again = true;
    else if (this.#timer === null) this.#schedule(this.#delays.soon);
  }

  #schedule(delay: number): void {
    if (this.#ended.signal.aborted) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), delay);
    this.#timer.unref();
  }

  /** One attempt at a time; what is added during one is sent by the next. */
  #run(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#round ??= this.#attempt().finally(() => {
      this.#round = null;
      if (!this.#again) return;
      this.#again = false;
      this.#schedule(0);
    });
    return this.#round;
  }

  async #attempt(): Promise<void> {
    try {
      await this.#sendAll();
      this.#failures = 0;
      if (this.#ended.signal.aborted) return;
      const left = this.#options.ledger.count() > (this.#head?.seq ?? 0);
      this.#set(left ? this.#behind() : this.#synced());
      if (left) this.#again = true;
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      if (
        error instanceof CollectorError &&
        error.failure.kind === "dishonest" &&
        error.failure.evidence !== null
      )
        await this.#disbelieve(error.failure.what, error.failure.evidence);
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const problem = problemOf(error);
    this.#head = null;
    if (isFinal(error)) {
      this.#set({ kind: "refused", collector: this.#options.url, problem });
      return;
    }
    this.#failures += 1;
    this.#set(this.#behind(problem));
    const delay = Math.min(this.#delays.longest, this.#delays.first * 2 ** (this.#failures - 1));
    this.#schedule(delay * (0.5 + Math.random() / 2));
  }

  /** Once for all processes of this ledger: only a person's word ends it. */
  async #disbelieve(what: string, evidence: Evidence): Promise<void> {
    const { ledger } = this.#options;
    const [at, text] = [new Date().toISOString(), JSON.stringify(evidence, null, 2)];
    if (!ledger.collectors.disbelieve({ url: this.#client.url, at, what, evidence: text })) return;
    const [first] = ledger.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
    if (first === undefined || text.length > DISPUTE_CHARACTERS) return;
    // Who runs it may not know what it shows; one that lies on purpose changes nothing by not taking this.
    await this.#client
      .dispute(first.hash, { what, evidence: text }, await ledger.currentSigner())
      .catch(() => {});
  }

  async #sendAll(): Promise<void> {
    const { ledger } = this.#options;
    const disbelief = ledger.collectors.disbelief(this.#client.url);
    if (disbelief !== null) throw dishonest(this.#client.url, disbelief.what, { at: disbelief.at });
    const [first] = ledger.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
    if (first === undefined) return;
    const chain = first.hash;
    const info = await this.#known();
    this.#head ??= await this.#enrolledHead(first, info);
    await this.#compare(chain, this.#head);
    this.#claimNothing();
    for (let [enrolled, sent] = [false, false]; !this.#ended.signal.aborted; ) {
      const batch = ledger.sealedAfter(this.#head.seq, BATCH.records, BATCH.bytes);
      if (batch.length === 0) {
        if (!sent) await this.#witness.look(info);
        return;
      }
      try {
        this.#head = await this.#send(chain, batch, this.#head, info);
        sent = true;
      } catch (error) {
        const again = refusalOf(error);
        if (again?.code === "gap" && again.head !== undefined) {
          await this.#compare(chain, again.head);
          this.#head = again.head;
        } else if (again?.code === "not-enrolled" && !enrolled) {
          enrolled = true;
          this.#head = await this.#enrol(first, info);
          this.#claimNothing();
        } else throw error;
      }
    }
  }

  /** Holding a record counts from when it was proven, so what was not is sent again: nothing is taken twice. */
  #claimNothing(): void {
    if (this.#head === null) return;
    const proven = this.#options.ledger.collectors.find(this.#client.url)?.acknowledged ?? 0;
    this.#head = { ...this.#head, seq: Math.min(this.#head.seq, proven) };
  }

  async #send(
    chain: Sha256,
    batch: readonly SealedRecord[],
    head: ChainHead,
    info: CollectorInfo,
  ): Promise<ChainHead> {
    const last = batch.at(-1);
    if (last === undefined) return head;
    const records = batch.map(({ canonical, signature }) => ({ canonical, signature }));
    const sent = { records, seen: this.#witness.seen(info) };
    const receipt = await this.#client.send(chain, sent, await this.#options.ledger.currentSigner());
    const { seq, hash, signature } = last;
    if (receipt.seq !== seq)
      throw dishonest(this.#options.url, `acknowledges record ${receipt.seq}, not ${seq}`, {
        sent: { chain, seq, hash },
        receipt,
      });
    await this.#witness.believe(receipt, { chain, seq, hash, signature }, info);
    this.#options.ledger.collectors.acknowledge(this.#options.url, seq);
    this.#set(this.#behind());
    return { ...head, seq, hash };
  }

  /** The collector's copy must be a beginning of this chain. */
  async #compare(chain: Sha256, head: ChainHead): Promise<void> {
    if (head.state !== "active") {
      throw new CollectorError(
        { kind: "refused", refusal: { code: "device-refused", message: "", action: "" } },
        {
          code: "collector-device-refused",
          message: `The collector holds this device for ${head.state}.`,
          action: "Its records stay here. Ask an administrator of the collector to make it active again.",
        },
      );
    }
    if (head.seq === 0) return;
    const [own] = this.#options.ledger.sealedAfter(head.seq - 1, 1, Number.POSITIVE_INFINITY);
    if (own?.seq === head.seq && own.hash === head.hash) return;
    const what =
      own === undefined
        ? `holds ${head.seq} records of this ledger, which has fewer: this machine's ledger was set back`
        : `holds another record ${head.seq} of this ledger: one of the two was rewritten`;
    const told = await this.#showOther(chain, Math.min(head.seq, this.#options.ledger.count()));
    throw ledgerDiffers(this.#options.url, `${what}${told ? "; an alert was raised there" : ""}`);
  }

  /**
   * Shows the collector this ledger's own record where it has another one: it keeps that as evidence and tells people.
   * Whether it said so.
   */
  async #showOther(chain: Sha256, seq: number): Promise<boolean> {
    const { ledger } = this.#options;
    const records = ledger
      .sealedAfter(seq - 1, 1, Number.POSITIVE_INFINITY)
      .map(({ canonical, signature }) => ({ canonical, signature }));
    try {
      await this.#client.send(chain, { records, seen: 0 }, await ledger.currentSigner());
      return false;
    } catch (error) {
      return refusalOf(error)?.code === "fork";
    }
  }

  async #enrolledHead(first: SealedRecord, info: CollectorInfo): Promise<ChainHead> {
    try {
      const head = await this.#client.head(first.hash);
      const { keyId } = await this.#options.ledger.currentSigner();
      return head.keys.includes(keyId) ? head : await this.#enrol(first, info);
    } catch (error) {
      const code = refusalOf(error)?.code;
      if (code === "not-enrolled" || code === "not-found") return this.#enrol(first, info);
      throw error;
    }
  }

  async #enrol({ hash: chain, canonical, signature }: SealedRecord, info: CollectorInfo): Promise<ChainHead> {
    const owner = this.#options.owner();
    if (owner === null) {
      throw new CollectorError(
        { kind: "unreachable" },
        {
          code: "collector-needs-sign-in",
          message:
            "The collector does not know this device's key yet, and nobody is signed in to vouch for it.",
          action: "Sign in once with your company's account; records wait here until then.",
        },
      );
    }
    const { ledger, deviceName } = this.#options;
    const { publicKey, sign } = await ledger.currentSigner();
    const proof = sign(enrolmentText(chain, info.log, owner.subject));
    const successions = ledger.successions().map((record) => ({
      canonical: record.canonical,
      signature: record.signature,
    }));
    const enrolment = {
      name: deviceName,
      keys: [{ publicKey, proof }],
      first: { canonical, signature },
      ...(successions.length === 0 ? {} : { successions }),
    };
    return this.#client.enrol(chain, enrolment, owner.idToken);
  }

  /** The collector as it was first met. */
  async #known(): Promise<CollectorInfo> {
    const { collectors } = this.#options.ledger;
    const { url } = this.#client;
    const now = await this.#client.info();
    const before = collectors.find(url)?.info;
    if (before === undefined) {
      collectors.pin(url, now);
      return now;
    }
    if (before.logKey === now.logKey) return before;
    const sameKey = Buffer.from(keyOf(before).publicKey).equals(keyOf(now).publicKey);
    const shown = { before, now };
    if (!sameKey) throw dishonest(url, "signs its log with another key than it did", shown);
    if (!isLaterEpoch(before.log, now.log))
      throw dishonest(url, `calls its log ${now.log}, not ${before.log}`, shown);
    const checkpoint = collectors.find(url)?.checkpoint ?? null;
    await this.#options.ledger.append({
      kind: "collector_restored",
      url,
      from: { log: before.log, checkpoint },
      to: now.log,
    });
    collectors.pin(url, now, true);
    return now;
  }

  #behind(problem?: Problem): SyncState {
    const { url, ledger } = this.#options;
    const proven = ledger.collectors.find(url)?.acknowledged ?? 0;
    const records = Math.max(0, ledger.count() - proven);
    return { kind: "behind", collector: url, records, ...(problem === undefined ? {} : { problem }) };
  }

  #synced(): SyncState {
    return { kind: "synced", collector: this.#options.url, at: new Date().toISOString() };
  }

  #set(state: SyncState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }
}

/** Asking again by itself would not change these. */
const FINAL: ReadonlySet<string> = new Set(["device-refused", "fork", "bad-record"]);

function isFinal(error: unknown): boolean {
  if (!(error instanceof CollectorError)) return false;
  const { failure } = error;
  return failure.kind === "dishonest" || (failure.kind === "refused" && FINAL.has(failure.refusal.code));
}

const problemOf = (error: unknown): Problem =>
  error instanceof CollectorError || error instanceof LedgerError
    ? error.problem
    : {
        code: "sync-failed",
        message: `Records could not be sent to the collector: ${error instanceof Error ? error.message : String(error)}.`,
        action: "They wait on this machine; sending them is tried again.",
      };

const refusalOf = (error: unknown) =>
  error instanceof CollectorError && error.failure.kind === "refused" ? error.failure.refusal : undefined;

/** A collector that was restored from a backup goes on under `name/2`, `name/3`, …: what it had signed later stays true of the old name. */
function isLaterEpoch(before: string, now: string): boolean {
  const split = (log: string): readonly [name: string, epoch: number] => {
    const [, name = log, epoch = "1"] = /^(.*?)(?:\/([2-9]|[1-9][0-9]+))?$/.exec(log) ?? [];
    return [name, Number(epoch)];
  };
  const [[name, epoch], [nameNow, epochNow]] = [split(before), split(now)];
  return name === nameNow && epochNow > epoch;
}
