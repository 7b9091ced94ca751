import type {
  CentralConnectionView,
  CentralListed,
  CentralLogin,
  CentralOrder,
} from "../../protocol/lease/centralConnection.ts";
import { CollectorError } from "../collectorError.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import type { Commit } from "../log/commit.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import type { Store } from "../store/store.ts";
import {
  connectionView,
  type KeptConnection,
  listed,
  recorded,
  sealLogin,
  usableBy,
} from "./keptConnection.ts";
import { EVERY_LEASE, isLent, type Lease } from "./lease.ts";
import { endLease } from "./leaseRecords.ts";
import type { SecretBox } from "./secretBox.ts";

export interface ConnectionParts {
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly box: SecretBox;
  /** Told when leases are over that were not. */
  readonly over: () => void;
}

/** The connections that administrators keep here. Every change is on record, and ends what does not fit it any more. */
export class Connections {
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** What somebody may use. */
  async usable({ groups }: Caller): Promise<readonly CentralListed[]> {
    const all = await this.#parts.store.connections.list();
    return all.filter(({ definition }) => usableBy(groups, definition).length > 0).map(listed);
  }

  async all(): Promise<readonly CentralConnectionView[]> {
    return (await this.#parts.store.connections.list()).map(connectionView);
  }

  /** Makes one, or changes it. @throws Refusal where somebody else was first, or a login is missing. */
  async define(caller: Caller, id: string, order: CentralOrder): Promise<CentralConnectionView> {
    const { sequencer, over } = this.#parts;
    const given = order.login === undefined ? null : await this.#sealed(id, order.login);
    const { value } = await sequencer.run([], async (commit) => {
      const before = await commit.connections.find(id);
      const version = before === null || before.removed ? 0 : before.version;
      if (order.after !== version) throw changedMeanwhile(version);
      await this.#requireName(commit, id, order.definition.target.name);
      const login = given ?? before?.login ?? null;
      if (login === null || (order.login === undefined && !sameServer(before, order)))
        throw new Refusal(
          "bad-request",
          "The connection needs a login: it is new, or its server is another one now.",
          "Give the user and the password as well.",
        );
      const after: KeptConnection = {
        id,
        version: (before?.version ?? 0) + 1,
        definition: order.definition,
        login,
        user: order.login?.user ?? before?.user ?? "",
        changedBy: caller.name,
        changedAt: commit.now.getTime(),
        removed: false,
      };
      await commit.connections.put(after);
      await commit.say({
        kind: "connection_defined",
        actor: actorOf(caller),
        id,
        version: after.version,
        definition: order.definition,
        user: after.user,
        newLogin: order.login !== undefined,
      });
      if (before !== null) await endUnfit(commit, caller, before, after);
      return after;
    });
    over();
    return connectionView(value);
  }

  /** Takes it away, with everything that was lent of it. @throws Refusal */
  async remove(caller: Caller, id: string, reason: string): Promise<{ readonly removed: string }> {
    const { sequencer, over } = this.#parts;
    await sequencer.run([], async (commit) => {
      const before = await commit.connections.find(id);
      if (before === null || before.removed) throw noConnection();
      await commit.connections.put({ ...before, login: null, removed: true });
      await commit.say({
        kind: "connection_removed",
        actor: actorOf(caller),
        id,
        connection: recorded(before.definition),
        reason,
      });
      for (const lease of await commit.connections.leases({ connection: id, limit: EVERY_LEASE }))
        if (isLent(lease)) await endLease(commit, lease, "connection", caller, reason);
    });
    over();
    return { removed: id };
  }

  /** @throws Refusal where other logins were sealed with a key that is not here: then no two would open together. */
  async #sealed(id: string, login: CentralLogin): Promise<string> {
    const { box, store } = this.#parts;
    try {
      for (const other of await store.connections.list())
        if (other.id !== id && other.login !== null) box.requireKeyOf(other.login);
      return sealLogin(box, id, login);
    } catch (error) {
      if (!(error instanceof CollectorError)) throw error;
      throw new Refusal("conflict", error.message, error.action);
    }
  }

  async #requireName(commit: Commit, id: string, name: string): Promise<void> {
    const others = await commit.connections.list();
    const same = others.find(
      (other) => other.id !== id && other.definition.target.name.toLowerCase() === name.toLowerCase(),
    );
    if (same !== undefined)
      throw new Refusal(
        "conflict",
        `The connection ${same.id} is called ${name} already.`,
        "Choose another name.",
      );
  }
}

/** Ends what was lent to somebody in no group any more, or of a server, or with rights, that are others now. */
async function endUnfit(
  commit: Commit,
  caller: Caller,
  before: KeptConnection,
  after: KeptConnection,
): Promise<void> {
  const fits = ({ groups }: Lease): boolean =>
    JSON.stringify([before.definition.target, before.definition.lending]) ===
      JSON.stringify([after.definition.target, after.definition.lending]) &&
    (after.definition.lending.kind !== "static" || before.login === after.login) &&
    usableBy(groups, after.definition).length > 0;
  for (const lease of await commit.connections.leases({ connection: after.id, limit: EVERY_LEASE }))
    if (isLent(lease) && !fits(lease))
      await endLease(commit, lease, "connection", caller, "The connection was changed.");
}

/** A login may go on to be used where it was given for: it is not sent to a server that is named later. */
function sameServer(
  before: KeptConnection | null,
  { definition: { target, lending } }: CentralOrder,
): boolean {
  if (before === null) return false;
  const { target: was, lending: lent } = before.definition;
  return (
    was.engine === target.engine &&
    was.host === target.host &&
    was.port === target.port &&
    was.tls === target.tls &&
    lent.kind === lending.kind
  );
}

/** The same whether it is not there or not for the caller. */
export const noConnection = (): Refusal =>
  new Refusal(
    "not-found",
    "The collector has no such connection for you: none of your groups may use one of this name.",
    "Ask whoever runs the collector for the group, then sign in again.",
  );

const changedMeanwhile = (version: number): Refusal =>
  new Refusal(
    "conflict",
    `The connection is at version ${version}.`,
    "Look at what it is now, then change that.",
  );
