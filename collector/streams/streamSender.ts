import type { Sequencer } from "../log/sequencer.ts";
import type { SearchDatabase } from "../search/database.ts";
import type { Sent, StreamReceiver } from "./receiver.ts";
import type { StreamSettings } from "./settings.ts";
import { type StreamedStretch, streamedStretch } from "./streamed.ts";
import type { StreamReads } from "./tables.ts";

const LOOK_MS = 1_000;
/** Records and characters that one batch holds, and nothing beyond one batch is in memory. */
const AT_ONCE = 256;
const MOST_CHARACTERS = 1024 * 1024;
/** Another process takes over from one that does not come back by then; longer than any receiver may take. */
const LEASE_MS = 20_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10 * 60 * 1000;
/** Reading for streams takes at most one part of the time in so many. */
const SHARE = 3;

export interface StreamSenderParts {
  readonly reads: StreamReads;
  readonly sequencer: Sequencer;
  readonly search: SearchDatabase;
  readonly stream: StreamSettings;
  readonly receiver: StreamReceiver;
  /** This process, among those over one store. */
  readonly holder: string;
  readonly now: () => Date;
  /** Told what came of each try; holds neither address nor content. */
  readonly tell: (told: StreamTold) => void;
}

export interface StreamTold {
  readonly stream: string;
  readonly records: number;
  readonly result: "taken" | "failed";
  readonly problem: string | null;
}

/**
 * Sends one stream: the log in its order, a batch at a time, each after the receiver has taken the one before. It reads
 * beside everything else and no faster than the receiver takes; where that is away, ingest does not notice.
 */
export class StreamSender {
  readonly #parts: StreamSenderParts;
  readonly #stopping = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  /** Fewer where the receiver may have stumbled over one of them. */
  #atOnce = AT_ONCE;

  constructor(parts: StreamSenderParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#wake(), LOOK_MS).unref();
  }

  /** What is on its way is cut off, and sent again by whoever comes next. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  #wake(): void {
    this.#running ??= this.#goOn()
      // A store that does not answer is asked again at the next look.
      .catch(() => {})
      .finally(() => {
        this.#running = null;
      });
  }

  async #goOn(): Promise<void> {
    const { stream, holder, sequencer } = this.#parts;
    if (!(await this.#hasWork())) return;
    try {
      while (!this.#stopping.signal.aborted && (await this.#batch()));
    } finally {
      await sequencer.run([], ({ streams }) => streams.release(stream.name, holder));
    }
  }

  /** Without writing anything: a stream that has nothing to send costs nothing. */
  async #hasWork(): Promise<boolean> {
    const { reads, stream, sequencer, now, holder } = this.#parts;
    const state = await reads.stream(stream.name);
    if (state === null) return false;
    if (state.asked !== null) return true;
    const time = now().getTime();
    if (state.dueAt > time) return false;
    if (state.holder !== null && state.holder !== holder && state.heldUntil >= time) return false;
    return state.position < (await sequencer.published()).size;
  }

  /** Whether there may be more to send. */
  async #batch(): Promise<boolean> {
    const { search, stream, sequencer } = this.#parts;
    const position = await this.#held();
    if (position === null) return false;
    const { size } = await sequencer.published();
    if (position >= size) return false;
    const began = performance.now();
    const stretch = await streamedStretch(search, stream.filter, {
      from: position,
      to: Math.min(position + this.#atOnce, size),
      characters: MOST_CHARACTERS,
    });
    const busy = performance.now() - began;
    const sent = await this.#send(stretch);
    if (!(await this.#settle(position, stretch, sent))) return false;
    await pause((SHARE - 1) * busy, this.#stopping.signal);
    return true;
  }

  /** Where the stream stands, now that it is this process's to send; null where it is not. */
  #held(): Promise<number | null> {
    const { stream, holder, sequencer, now } = this.#parts;
    return sequencer
      .run([], async (commit) => {
        const { streams } = commit;
        const state = await streams.stream(stream.name);
        if (state === null) return null;
        if (state.asked !== null) {
          const { to, account, host } = state.asked;
          await commit.say({
            kind: "stream_moved",
            stream: stream.name,
            actor: { kind: "local_user", account, host },
            from: state.position,
            to,
          });
          await streams.move(stream.name, to);
        }
        const time = now().getTime();
        if (!(await streams.hold(stream.name, holder, time + LEASE_MS, time))) return null;
        return (await streams.stream(stream.name))?.position ?? null;
      })
      .then(({ value }) => value);
  }

  async #send({ records }: StreamedStretch): Promise<Sent> {
    if (records.length === 0) return { kind: "taken" };
    return this.#parts.receiver.send(records, this.#stopping.signal);
  }

  async #settle(position: number, { records, next }: StreamedStretch, sent: Sent): Promise<boolean> {
    const { stream, holder, sequencer, now, tell } = this.#parts;
    const told = { stream: stream.name, records: records.length };
    if (sent.kind === "taken") {
      this.#atOnce = Math.min(this.#atOnce * 2, AT_ONCE);
      const takenAt = now().getTime();
      const step = { from: position, to: next, takenAt, until: takenAt + LEASE_MS };
      const { value } = await sequencer.run([], ({ streams }) => streams.advance(stream.name, holder, step));
      tell({ ...told, result: "taken", problem: null });
      return value;
    }
    // A stop is nobody's fault.
    if (this.#stopping.signal.aborted) return false;
    if (sent.fewer) this.#atOnce = Math.max(1, Math.floor(Math.min(this.#atOnce, next - position) / 2));
    await sequencer.run([], async ({ streams }) => {
      const tries = (await streams.stream(stream.name))?.tries ?? 0;
      const wait = sent.fewer && next - position > 1 ? 0 : (sent.pause ?? pauseAfter(tries));
      await streams.fail(stream.name, holder, now().getTime() + wait, sent.problem);
    });
    tell({ ...told, result: "failed", problem: sent.problem });
    return false;
  }
}

const pauseAfter = (tries: number): number => Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
