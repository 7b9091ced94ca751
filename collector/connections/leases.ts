import type { Sha256 } from "../../protocol/ids.ts";
import type { CentralLogin } from "../../protocol/lease/centralConnection.ts";
import {
  type LeaseAnswer,
  type LeaseEnd,
  type LeaseOrder,
  type LeaseView,
  leaseContext,
} from "../../protocol/lease/lease.ts";
import { leaseIdOf } from "../../protocol/node/leaseId.ts";
import { sealTo } from "../../protocol/node/sealedBox.ts";
import { AccountError } from "../accounts/accountError.ts";
import { newPassword } from "../accounts/accountName.ts";
import { accountServer } from "../accounts/accountServer.ts";
import { requireOwnDevice } from "../devices/ownDevice.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Commit } from "../log/commit.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import type { Store } from "../store/store.ts";
import { type BegunLease, beginLease } from "./beginLease.ts";
import type { Clearing } from "./clearing.ts";
import { noConnection } from "./connections.ts";
import { type KeptConnection, openLogin, usableBy } from "./keptConnection.ts";
import { EVERY_LEASE, isLent, type Lease, leaseView } from "./lease.ts";
import { checkLeaseOrder, isKnownEnough } from "./leaseOrder.ts";
import { endLease } from "./leaseRecords.ts";
import type { SecretBox } from "./secretBox.ts";

const MINUTE = 60_000;

export interface LeaseParts {
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly box: SecretBox;
  readonly clearing: Clearing;
  /** Name of the log. */
  readonly log: string;
  /** What this collector's accounts begin with. */
  readonly prefix: string;
}

/** Logins that are lent to people for minutes. What is lent is on record before it is there. */
export class Leases {
  readonly #parts: LeaseParts;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  /**
   * Lends a login. The same order again makes no other: its answer was lost, and the lease goes on, but no longer than it
   * was lent for.
   * @throws Refusal, CollectorError
   */
  async open(caller: Caller, id: string, order: LeaseOrder): Promise<LeaseAnswer> {
    const { store, log, sequencer, prefix } = this.#parts;
    await checkLeaseOrder(store, log, caller, id, order);
    const { value } = await sequencer.run([order.chain], async (commit) => {
      const known = await commit.connections.lease(leaseIdOf(order.sealTo));
      if (known === null) return beginLease(commit, caller, id, order, prefix);
      if (!isHolder(caller, known) || known.chain !== order.chain || known.connection !== id)
        throw new Refusal("conflict", "This was lent already.", "Ask anew, by another key.");
      if (known.state === "opening")
        throw new Refusal("unavailable", "This login is being made.", "Ask again in a moment.");
      return known.id;
    });
    if (typeof value === "string") return this.#again(caller, value, order, "as before");
    const login = await this.#make(value);
    const { value: open } = await sequencer.run([], async (commit): Promise<Lease | null> => {
      const now = await commit.connections.lease(value.lease.id);
      if (now === null) return null;
      if (now.state === "opening") {
        const opened: Lease = { ...now, version: now.version + 1, state: "open", dueAt: now.until };
        await commit.connections.putLease(opened, now.version);
        return opened;
      }
      // It ended meanwhile, and its account may have come after somebody looked for it.
      const again: Lease = {
        ...now,
        version: now.version + 1,
        state: "ending",
        login: value.lease.login,
        dueAt: commit.now.getTime(),
      };
      await commit.connections.putLease(again, now.version);
      return null;
    });
    if (open !== null) return this.#answer(open, login, order, secondsOf(open));
    this.#parts.clearing.wake();
    throw over();
  }

  /** Another password for the same account, and more time. @throws Refusal, CollectorError */
  async renew(caller: Caller, id: string, order: LeaseOrder): Promise<LeaseAnswer> {
    const { store, log } = this.#parts;
    await checkLeaseOrder(store, log, caller, id, order);
    return this.#again(caller, id, order, "anew");
  }

  /** Another password; its time as it was, or begun anew. @throws Refusal, CollectorError */
  async #again(
    caller: Caller,
    id: string,
    order: LeaseOrder,
    time: "as before" | "anew",
  ): Promise<LeaseAnswer> {
    const { sequencer, clearing } = this.#parts;
    const { value } = await sequencer.run([order.chain], async (commit) => {
      const lease = await commit.connections.lease(id);
      if (lease === null || !isHolder(caller, lease) || lease.chain !== order.chain) throw noLease();
      const device = requireOwnDevice(await commit.device(lease.chain), caller);
      if (lease.state !== "open" || lease.until <= commit.now.getTime()) throw over();
      const kept = await commit.connections.find(lease.connection);
      const groups = kept === null || kept.removed ? [] : usableBy(caller.groups, kept.definition);
      if (kept === null || kept.login === null || groups.length === 0) {
        await endLease(commit, lease, "group", null, "None of the person's groups may use the connection.");
        return null;
      }
      if (!isKnownEnough(kept.definition, device)) {
        await endLease(commit, lease, "group", null, "The connection is for devices that are confirmed.");
        return null;
      }
      const now = commit.now.getTime();
      const until = time === "anew" ? now + kept.definition.minutes * MINUTE : lease.until;
      const goesOn: Lease = {
        ...lease,
        version: lease.version + 1,
        definition: kept.definition,
        groups,
        until,
        dueAt: until,
        login: kept.definition.lending.kind === "static" ? null : kept.login,
      };
      await commit.connections.putLease(goesOn, lease.version);
      await commit.say({
        kind: "lease_renewed",
        lease: id,
        actor: actorOf(caller),
        until: new Date(until).toISOString(),
      });
      return { lease: goesOn, kept, seconds: (until - now) / 1000 };
    });
    if (value === null) {
      clearing.wake();
      throw noConnection();
    }
    const { lease, kept, seconds } = value;
    return this.#answer(lease, await this.#onServer(lease, kept, "renew", seconds), order, seconds);
  }

  /** By its holder, or an administrator. Answers when its account is gone, or is to be tried again. @throws Refusal */
  async end(caller: Caller, id: string, reason: string): Promise<LeaseView> {
    const { sequencer, store, clearing } = this.#parts;
    await sequencer.run([], async (commit) => {
      const lease = await commit.connections.lease(id);
      const own = lease !== null && isHolder(caller, lease);
      if (lease === null || !(own || caller.roles.has("admin"))) throw noLease();
      if (isLent(lease)) await endLease(commit, lease, own ? "returned" : "revoked", caller, reason);
      // One that was kept because it owned something is tried again.
      else if (lease.state === "locked") await clearing.again(commit, lease);
    });
    await clearing.clear(id);
    const after = await store.connections.lease(id);
    if (after === null) throw noLease();
    return leaseView(after);
  }

  /** Everything the caller was lent on a device: they sign out there. */
  async endOwn(caller: Caller, chain: Sha256): Promise<{ readonly ended: number }> {
    const { sequencer, clearing } = this.#parts;
    const { value } = await sequencer.run([], async (commit) => {
      const own = (await commit.connections.leases({ holder: caller, chain, limit: EVERY_LEASE })).filter(
        isLent,
      );
      for (const lease of own) await endLease(commit, lease, "signed_out", caller);
      return own;
    });
    await Promise.all(value.map(({ id }) => clearing.clear(id)));
    return { ended: value.length };
  }

  /** One of the caller's own, also when it is over; any, for who may read everything. @throws Refusal */
  async find(caller: Caller, id: string): Promise<LeaseView> {
    const lease = await this.#parts.store.connections.lease(id);
    const all = caller.roles.has("auditor") || caller.roles.has("admin");
    if (lease === null || !(all || isHolder(caller, lease))) throw noLease();
    return leaseView(lease);
  }

  /** Own ones that are not over; all, for who may read everything. @throws Refusal */
  async list(caller: Caller, all: boolean): Promise<readonly LeaseView[]> {
    if (all && !caller.roles.has("auditor") && !caller.roles.has("admin"))
      throw new Refusal("forbidden", "Only auditors see what was lent to others.", "Ask for your own.");
    const leases = await this.#parts.store.connections.leases(all ? { all: true } : { holder: caller });
    return leases.map(leaseView);
  }

  /** Ends everything of a device that is no longer trusted, inside of the commit that says so. */
  async cutOff(commit: Commit, chain: Sha256, by: Caller, reason: string): Promise<void> {
    for (const lease of await commit.connections.leases({ chain, limit: EVERY_LEASE }))
      if (isLent(lease)) await endLease(commit, lease, "device", by, reason);
  }

  /** @throws Refusal; then the lease is over. */
  async #make({ lease, kept }: BegunLease): Promise<CentralLogin> {
    try {
      return await this.#onServer(lease, kept, "make", secondsOf(lease));
    } catch (error) {
      await this.#failed(lease.id, "failed");
      throw error;
    }
  }

  async #onServer(
    lease: Lease,
    kept: KeptConnection,
    what: "make" | "renew",
    seconds: number,
  ): Promise<CentralLogin> {
    const { box } = this.#parts;
    const own = openLogin(box, kept.id, kept.login ?? "");
    const server = accountServer(lease.definition.target, lease.definition.lending, own);
    if (server === null) return own;
    const password = newPassword();
    try {
      await server[what]({ name: lease.account, password, minutes: Math.ceil(seconds / 60) });
      return { user: lease.account, password };
    } catch (error) {
      if (!(error instanceof AccountError)) throw error;
      throw new Refusal("lease-failed", error.message, error.action);
    }
  }

  async #failed(id: string, how: LeaseEnd): Promise<void> {
    await this.#parts.sequencer.run([], async (commit) => {
      const lease = await commit.connections.lease(id);
      if (lease !== null && isLent(lease)) await endLease(commit, lease, how, null);
    });
    this.#parts.clearing.wake();
  }

  #answer(lease: Lease, login: CentralLogin, order: LeaseOrder, seconds: number): LeaseAnswer {
    const { id, definition, connection } = lease;
    return {
      lease: id,
      connection: { id: connection, ...definition.target, minutes: definition.minutes },
      seconds,
      login: sealTo(order.sealTo, JSON.stringify(login), leaseContext(id, order.sealTo)),
    };
  }
}

const secondsOf = ({ definition }: Lease): number => definition.minutes * 60;

const isHolder = (caller: Caller, { holder }: Lease): boolean =>
  holder.issuer === caller.issuer && holder.subject === caller.subject;

const noLease = (): Refusal =>
  new Refusal("not-found", "You were lent no such login.", "Look at the list of what you hold.");

const over = (): Refusal => new Refusal("already-decided", "This login is over.", "Ask for another one.");
