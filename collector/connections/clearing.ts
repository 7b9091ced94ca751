import { AccountError } from "../accounts/accountError.ts";
import { type AccountServer, accountServer, type Cleared } from "../accounts/accountServer.ts";
import { CollectorError } from "../collectorError.ts";
import type { Commit } from "../log/commit.ts";
import type { Sequencer } from "../log/sequencer.ts";
import type { Store } from "../store/store.ts";
import { type KeptConnection, openLogin, recorded } from "./keptConnection.ts";
import { isLent, type Lease, overNow, REMEMBERED_MS } from "./lease.ts";
import { endLease, nameOf, raise, settleLease } from "./leaseRecords.ts";
import type { SecretBox } from "./secretBox.ts";

const LOOK_MS = 1_000;
/** A database that is away holds up no more than these, and those are put off. */
const AT_ONCE = 8;
/** Another process takes over what was begun and not done by then. */
const CLAIM_MS = 60_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const STRAYS_MS = 5 * 60_000;

export interface ClearingParts {
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly box: SecretBox;
  readonly now: () => Date;
  /** What this collector's accounts begin with. */
  readonly prefix: string;
}

/**
 * Takes the accounts of leases away that are over: soon after, again and again until it succeeds, by whichever process
 * comes first. Each is first put off for a while, so that of several processes one does it.
 */
export class Clearing {
  readonly #parts: ClearingParts;
  readonly #timers: readonly NodeJS.Timeout[];
  /** Accounts that no lease is known of and that could not be dropped; told once by each process. */
  readonly #toldStrays = new Set<string>();
  readonly #clearing = new Map<string, Promise<void>>();
  #round: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  constructor(parts: ClearingParts) {
    this.#parts = parts;
    this.#timers = [
      setInterval(() => this.wake(), LOOK_MS).unref(),
      setInterval(() => this.#lookForStrays(), STRAYS_MS).unref(),
    ];
    this.wake();
    this.#lookForStrays();
  }

  /** Something is over. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#round !== null) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#round = this.#look()
      // A store that does not answer is asked again at the next look.
      .catch(() => {})
      .finally(() => {
        this.#round = null;
        if (this.#again) this.wake();
      });
  }

  /** Settles when what is under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#round;
    await this.#looking;
  }

  /** One that was kept because it owned something is to be tried again. */
  async again(commit: Commit, lease: Lease): Promise<void> {
    const kept = await commit.connections.find(lease.connection);
    if (kept?.login === null || kept === null) return;
    const how = lease.how ?? "revoked";
    const over = { ...overNow(lease, how, commit.now.getTime()), login: kept.login };
    await commit.connections.putLease(over, lease.version);
  }

  /** Takes one lease's account away, if it is its turn; settles when that is done, also where it was under way. */
  clear(id: string): Promise<void> {
    const clearing = this.#clearing.get(id) ?? this.#clear(id).finally(() => this.#clearing.delete(id));
    this.#clearing.set(id, clearing);
    return clearing;
  }

  async #clear(id: string): Promise<void> {
    const lease = await this.#claim(id);
    if (lease === null) return;
    try {
      const cleared = await this.#cleared(lease);
      await this.#write(lease, (commit, now) => settleLease(commit, now, cleared));
    } catch (error) {
      if (!(error instanceof AccountError || error instanceof CollectorError)) throw error;
      await this.#write(lease, (commit, now) => this.#putOff(commit, now, error));
    }
  }

  async #look(): Promise<void> {
    const { store, now } = this.#parts;
    const due = await store.connections.due(now().getTime(), AT_ONCE);
    await Promise.allSettled(due.map((id) => this.clear(id)));
    if (due.length === AT_ONCE) this.#again = true;
  }

  /** What time has ended is over; what is over is this process's to clear for a while. Null where it is not due. */
  async #claim(id: string): Promise<Lease | null> {
    const { value } = await this.#parts.sequencer.run([], async (commit) => {
      const now = commit.now.getTime();
      const found = await commit.connections.lease(id);
      if (found === null || found.dueAt === null || found.dueAt > now) return null;
      const lease = !isLent(found)
        ? found
        : await endLease(commit, found, found.state === "open" ? "expired" : "failed", null);
      if (lease.definition.lending.kind === "static") {
        await settleLease(commit, lease, { kind: "shared" });
        return null;
      }
      const claimed: Lease = {
        ...lease,
        version: lease.version + 1,
        dueAt: now + CLAIM_MS,
        tries: lease.tries + 1,
      };
      await commit.connections.putLease(claimed, lease.version);
      return claimed;
    });
    return value;
  }

  /** Writes what came of a try; nothing, where another process took over meanwhile. */
  async #write(lease: Lease, work: (commit: Commit, lease: Lease) => Promise<unknown>): Promise<void> {
    await this.#parts.sequencer.run([], async (commit) => {
      const now = await commit.connections.lease(lease.id);
      if (now?.version === lease.version) await work(commit, now);
    });
  }

  async #putOff(
    commit: Commit,
    lease: Lease,
    { message, action }: AccountError | CollectorError,
  ): Promise<void> {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(lease.tries - 1, 10), LONGEST_PAUSE_MS);
    const dueAt = commit.now.getTime() + pause;
    const trouble = `${message} ${action}`;
    await commit.connections.putLease(
      { ...lease, version: lease.version + 1, dueAt, trouble },
      lease.version,
    );
    await raise(
      commit,
      lease,
      `${lease.account} on ${nameOf(lease)} is over and could not be taken away yet: ${message}`,
    );
  }

  async #cleared(lease: Lease): Promise<Cleared> {
    const { box, store } = this.#parts;
    const kept = await store.connections.find(lease.connection);
    // The login may have got another password since; it is the one that works, if it is for the same server.
    const login = kept !== null && isSameServer(kept, lease) ? kept.login : null;
    const server = serverOf(lease.definition, openLogin(box, lease.connection, login ?? lease.login ?? ""));
    return server === null ? { kind: "absent" } : server.clear(lease.account);
  }

  /** Accounts of this collector's that no lease needs: after a backup, its store may have forgotten some. */
  #lookForStrays(): void {
    if (this.#stopped) return;
    this.#looking ??= this.#clearStrays()
      .catch(() => {})
      .finally(() => {
        this.#looking = null;
      });
  }

  async #clearStrays(): Promise<void> {
    const { store, sequencer, now } = this.#parts;
    for (const kept of await store.connections.list()) {
      if (this.#stopped) return;
      // A server that does not answer is looked at the next time.
      await this.#clearStraysOf(kept).catch(() => {});
    }
    await sequencer.run([], ({ connections }) => connections.forgetEnded(now().getTime() - REMEMBERED_MS));
  }

  async #clearStraysOf(kept: KeptConnection): Promise<void> {
    const { store, sequencer, box, prefix } = this.#parts;
    const server = serverOf(kept.definition, openLogin(box, kept.id, kept.login ?? ""));
    if (server === null) return;
    for (const account of await server.named(prefix)) {
      // An account comes after its lease is in the store, so one without is a stray.
      const lease = await store.connections.leaseOf(account);
      if (this.#toldStrays.has(account) || (lease !== null && lease.state !== "ended")) continue;
      const cleared = await server.clear(account);
      if (cleared.kind === "absent") continue;
      if (cleared.kind === "locked") this.#toldStrays.add(account);
      const reason = cleared.kind === "locked" ? cleared.why : "";
      const what = {
        lease: lease?.id ?? null,
        id: kept.id,
        connection: recorded(kept.definition),
        account,
        result: cleared.kind,
        reason,
      };
      await sequencer.run([], (commit) => commit.say({ kind: "lease_cleared", ...what }));
    }
  }
}

const serverOf = (
  { target, lending }: KeptConnection["definition"],
  login: Parameters<typeof accountServer>[2],
): AccountServer | null => accountServer(target, lending, login);

function isSameServer({ definition }: KeptConnection, lease: Lease): boolean {
  const [{ target: now, lending }, { target: then, lending: lent }] = [definition, lease.definition];
  return (
    lending.kind === lent.kind &&
    now.engine === then.engine &&
    now.host === then.host &&
    now.port === then.port &&
    now.tls === then.tls
  );
}
