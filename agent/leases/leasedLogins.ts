import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { ConnectionId, Sha256 } from "../../protocol/ids.ts";
import { type CentralLogin, centralProfile } from "../../protocol/lease/centralConnection.ts";
import { centralIdOf } from "../../protocol/lease/centralId.ts";
import {
  LEASE_ANSWER,
  LEASE_VIEW,
  LEASED_LOGIN,
  LEASES_ENDED,
  type LeaseAnswer,
  leaseContext,
} from "../../protocol/lease/lease.ts";
import { leaseEndWords } from "../../protocol/lease/leaseWords.ts";
import type { Ledger } from "../audit/ledger.ts";
import type { CollectorClient } from "../audit/sync/collectorClient.ts";
import { CollectorError, dishonest } from "../audit/sync/collectorError.ts";
import { type Clocks, type Moment, momentOf } from "../clocks.ts";
import { ConnectError } from "../connect/connectError.ts";
import { recordedConnection } from "../recorder.ts";
import type { SignedInPerson } from "./centralConnections.ts";
import { type Asker, LeaseOrders, type MadeOrder } from "./leaseOrders.ts";
import { leaseProblem } from "./leaseProblem.ts";

/** A login is used for a new session only while it is good for longer than that. */
const MARGIN_MS = 5_000;
/** Renewed when this share of its time has passed; asked so often in the rest of it. */
const RENEW_AT = 0.6;
const TRIES = 8;
/** A connection nobody has used for so long is not kept open. */
const IDLE_MS = 30 * 60_000;
/** Whoever signs out or ends waits at most so long. */
const GIVE_BACK_MS = 3_000;
/** Whoever has lost a connection waits at most so long to be told why. */
const WHY_MS = 3_000;

export interface LeaseSource {
  readonly client: CollectorClient;
  readonly ledger: Ledger;
  readonly clocks: Clocks;
  readonly person: () => SignedInPerson | null;
  /** Sends what the collector has not got, so that it knows this device. */
  readonly sync: () => Promise<unknown>;
}

/** A login with the lease it is good for. */
export interface LentLogin extends CentralLogin {
  readonly lease: string;
}

interface Held {
  readonly lease: string;
  /** To whom it was lent. */
  readonly holder: Pick<SignedInPerson, "issuer" | "subject">;
  readonly login: LentLogin;
  /** As the collector described it when it lent the login. */
  readonly profile: ConnectionProfile;
  /** When it was asked for. */
  readonly from: Moment;
  /** For how long it is good from then on. */
  readonly goodMs: number;
}

/**
 * Logins the collector lends for minutes: asked for at the first use, renewed while they are used, given back. They are
 * in memory and nowhere else.
 */
export class LeasedLogins {
  readonly #source: LeaseSource;
  readonly #orders: LeaseOrders;
  /** Whether somebody is in the middle of something on this connection. */
  readonly #isBusy: (id: ConnectionId) => boolean;
  readonly #held = new Map<ConnectionId, Held>();
  readonly #asking = new Map<ConnectionId, Promise<Held>>();
  readonly #usedAt = new Map<ConnectionId, number>();
  readonly #timers = new Map<ConnectionId, NodeJS.Timeout>();
  /** Somebody signs out: nothing is asked for any more while they do. */
  #leaving = false;

  constructor(source: LeaseSource, isBusy: (id: ConnectionId) => boolean) {
    this.#source = source;
    this.#orders = new LeaseOrders(source.client, source.ledger);
    this.#isBusy = isBusy;
  }

  /** Somebody works on this connection. */
  use(id: ConnectionId): void {
    this.#usedAt.set(id, this.#source.clocks.monotonic());
  }

  /**
   * Who one is on the server of this connection, which has to be as the collector describes it. `refused`: that login,
   * which was just lent, was not taken.
   * @throws ConnectError
   */
  async login(profile: ConnectionProfile, refused?: LentLogin): Promise<LentLogin> {
    const held = this.#ownLease(profile.id);
    const good = held !== undefined && this.#leftMs(held) > MARGIN_MS && held.login !== refused;
    const asked = good ? held : await this.#ask(profile, held);
    // What was still being asked for the one who was signed in before is not the next one's.
    const now = this.#isOwn(asked) ? asked : await this.#ask(profile, undefined);
    if (!this.#isOwn(now)) throw needsSignIn();
    if (JSON.stringify(now.profile) === JSON.stringify(profile)) return now.login;
    throw new ConnectError({
      code: "connection-changed",
      message: `The collector describes "${profile.name}" differently now, so nothing was run on it.`,
      action: "Refresh the connections, look at this one, and try again.",
    });
  }

  /** Whether the lease of a session goes on: what is over is not worked with, whatever the server would let in. */
  goesOn(id: ConnectionId, lease: string): boolean {
    const held = this.#ownLease(id);
    return held?.lease === lease && this.#leftMs(held) > 0;
  }

  /** Who took the login away that sessions of this connection had, when and why; null where nobody did, or says so. */
  async whyEnded(id: ConnectionId): Promise<string | null> {
    const [held, token] = [this.#ownLease(id), this.#token()];
    if (held === undefined || token === null) return null;
    const options = { token, timeout: WHY_MS } as const;
    const view = await this.#source.client
      .ask(`/v1/leases/${held.lease}`, LEASE_VIEW, options)
      .catch(() => null);
    return view === null ? null : leaseEndWords(view);
  }

  /** Gives everything back that this process holds. */
  async close(): Promise<void> {
    this.#leaving = true;
    await Promise.allSettled(this.#asking.values());
    const held = [...this.#held.values()].map(({ lease }) => lease);
    const [leases, token] = [[...held, ...this.#orders.unanswered], this.#token()];
    this.#forgetAll();
    if (token === null) return;
    await Promise.allSettled(
      leases.map((lease) =>
        this.#source.client.ask(`/v1/leases/${lease}/end`, LEASE_VIEW, {
          method: "POST",
          token,
          body: {},
          timeout: GIVE_BACK_MS,
        }),
      ),
    );
  }

  /** Gives back what any process of this machine's account holds: the person signs out. */
  async signOut(): Promise<void> {
    this.#leaving = true;
    try {
      await Promise.allSettled(this.#asking.values());
      const [chain, token] = [this.#chain(), this.#token()];
      this.#forgetAll();
      if (chain === null || token === null) return;
      const options = { method: "POST", token, body: { chain }, timeout: GIVE_BACK_MS } as const;
      // A collector that is away ends them by itself when their minutes are over.
      await this.#source.client.ask("/v1/leases/end", LEASES_ENDED, options).catch(() => {});
    } finally {
      this.#leaving = false;
    }
  }

  #token(): string | null {
    return this.#source.person()?.idToken ?? null;
  }

  /** What was lent to who is signed in now; what another had is not used again. */
  #ownLease(id: ConnectionId): Held | undefined {
    const held = this.#held.get(id);
    return held !== undefined && this.#isOwn(held) ? held : undefined;
  }

  #isOwn({ holder }: Held): boolean {
    const person = this.#source.person();
    return holder.issuer === person?.issuer && holder.subject === person?.subject;
  }

  #forgetAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#held.clear();
    this.#orders.forget();
  }

  #ask(profile: ConnectionProfile, held: Held | undefined): Promise<Held> {
    const { id } = profile;
    const asking =
      this.#asking.get(id) ?? this.#askOnce(profile, held).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return asking;
  }

  /** More time where it is still lent, else another. */
  async #askOnce(profile: ConnectionProfile, held: Held | undefined): Promise<Held> {
    try {
      const renewed = held === undefined ? null : await this.#renewed(held);
      return this.#keep(profile.id, renewed ?? (await this.#takenUp(profile, await this.#lent(profile))));
    } catch (error) {
      throw error instanceof CollectorError ? new ConnectError(leaseProblem(error, profile), error) : error;
    }
  }

  /** On record before anybody works with it: a login that this machine does not tell of is somebody else's. */
  async #takenUp(profile: ConnectionProfile, held: Held): Promise<Held> {
    const connection = recordedConnection(profile);
    await this.#source.ledger.append({ kind: "login_lent", lease: held.lease, connection });
    return held;
  }

  /** Null where it is over: another one may be lent. */
  async #renewed({ lease }: Held): Promise<Held | null> {
    try {
      const asker = this.#asker();
      const made = await this.#orders.of(lease, asker);
      return await this.#send(`/v1/leases/${lease}/renew`, asker, { ...made, lease });
    } catch (error) {
      if (error instanceof CollectorError && error.failure.kind === "refused") return null;
      throw error;
    }
  }

  async #lent(profile: ConnectionProfile): Promise<Held> {
    const ask = async (): Promise<Held> => {
      const asker = this.#asker();
      const made = await this.#orders.forLogin(profile, asker);
      const held = await this.#send(`/v1/connections/${centralIdOf(profile.id)}/lease`, asker, made);
      this.#orders.answered(profile.id);
      return held;
    };
    try {
      return await ask();
    } catch (error) {
      const code =
        error instanceof CollectorError && error.failure.kind === "refused" && error.failure.refusal.code;
      // What was asked for before and had no answer has come and gone.
      if (code === "already-decided") this.#orders.answered(profile.id);
      else if (code === "not-enrolled") await this.#source.sync();
      else throw error;
      return ask();
    }
  }

  /** @throws ConnectError where nobody is signed in, or they leave. */
  #asker(): Asker {
    const [person, chain] = [this.#source.person(), this.#chain()];
    const idToken = person?.idToken ?? null;
    if (this.#leaving || person === null || idToken === null || chain === null) throw needsSignIn();
    return { person: { ...person, idToken }, chain };
  }

  async #send(path: string, { person }: Asker, made: MadeOrder): Promise<Held> {
    const { client } = this.#source;
    const from = momentOf(this.#source.clocks);
    const options = { method: "POST", token: person.idToken, body: made.order } as const;
    const answer = await client.ask(path, LEASE_ANSWER, options);
    if (answer.lease !== made.lease) throw dishonest(client.url, "lends another login than it was asked for");
    return {
      lease: answer.lease,
      holder: { issuer: person.issuer, subject: person.subject },
      login: { ...opened(answer, made, client.url), lease: answer.lease },
      profile: centralProfile(answer.connection),
      from,
      goodMs: answer.seconds * 1000,
    };
  }

  #keep(id: ConnectionId, held: Held): Held {
    this.#held.set(id, held);
    this.#wakeIn(id, held, this.#leftMs(held) - held.goodMs * (1 - RENEW_AT));
    return held;
  }

  /** By both clocks: one can be set, the other stands still while the machine sleeps. */
  #leftMs({ from, goodMs }: Held): number {
    const now = momentOf(this.#source.clocks);
    return goodMs - Math.max(now.wall - from.wall, now.monotonic - from.monotonic);
  }

  #wakeIn(id: ConnectionId, held: Held, pause: number): void {
    clearTimeout(this.#timers.get(id));
    const timer = setTimeout(() => void this.#due(id, held), Math.max(0, pause));
    timer.unref();
    this.#timers.set(id, timer);
  }

  /** Behind whoever works: sessions that are open go on whatever comes of it. */
  async #due(id: ConnectionId, held: Held): Promise<void> {
    if (this.#held.get(id) !== held) return;
    const left = this.#leftMs(held);
    if (left <= 0) {
      this.#held.delete(id);
      return;
    }
    this.#wakeIn(id, held, Math.min((held.goodMs * (1 - RENEW_AT)) / TRIES, left));
    const used = this.#source.clocks.monotonic() - (this.#usedAt.get(id) ?? held.from.monotonic) < IDLE_MS;
    if (used || this.#isBusy(id)) await this.#ask(held.profile, held).catch(() => {});
  }

  #chain(): Sha256 | null {
    const [first] = this.#source.ledger.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
    return first?.hash ?? null;
  }
}

/** @throws CollectorError where it was sealed to somebody else, or for another lease. */
function opened({ lease, login }: LeaseAnswer, { key }: MadeOrder, url: string): CentralLogin {
  try {
    return LEASED_LOGIN.parse(JSON.parse(key.open(login, leaseContext(lease, key.publicKey))));
  } catch {
    throw dishonest(url, "lends a login that only somebody else could open");
  }
}

const needsSignIn = (): ConnectError =>
  new ConnectError({
    code: "lease-needs-sign-in",
    message: "The collector lends logins only to people who are signed in with the company's account.",
    action: "Sign in first.",
  });
