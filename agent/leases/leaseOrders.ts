import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { ConnectionId, Sha256 } from "../../protocol/ids.ts";
import { centralIdOf } from "../../protocol/lease/centralId.ts";
import { type LeaseOrder, leaseText } from "../../protocol/lease/lease.ts";
import { leaseIdOf } from "../../protocol/node/leaseId.ts";
import { newSealingKey, type SealingKey } from "../../protocol/node/sealedBox.ts";
import type { Ledger } from "../audit/ledger.ts";
import type { CollectorClient } from "../audit/sync/collectorClient.ts";
import { recordedConnection } from "../recorder.ts";
import type { SignedInPerson } from "./centralConnections.ts";

/** Whom a login is for, and on which device. */
export interface Asker {
  readonly person: SignedInPerson & { readonly idToken: string };
  readonly chain: Sha256;
}

/** An order with the key that opens its answer. */
export interface MadeOrder {
  readonly order: LeaseOrder;
  readonly key: SealingKey;
  /** Which lease it makes, or goes on with. */
  readonly lease: string;
  /** For whom it was made. */
  readonly issuer: string;
  readonly subject: string;
}

/**
 * Orders for logins, on record before they are sent. One without an answer is kept: sent again it makes no other lease,
 * so a lost answer leaves none behind that nobody knows of.
 */
export class LeaseOrders {
  readonly #client: CollectorClient;
  readonly #ledger: Ledger;
  readonly #unanswered = new Map<ConnectionId, MadeOrder>();

  constructor(client: CollectorClient, ledger: Ledger) {
    this.#client = client;
    this.#ledger = ledger;
  }

  /** The leases that may be there without this process knowing. */
  get unanswered(): readonly string[] {
    return [...this.#unanswered.values()].map(({ lease }) => lease);
  }

  /** For a login on this connection: the one that has no answer yet, or another, once that is on record. */
  async forLogin(profile: ConnectionProfile, asker: Asker): Promise<MadeOrder> {
    const { keyId } = await this.#ledger.currentSigner();
    const known = this.#unanswered.get(profile.id);
    const { issuer, subject } = asker.person;
    if (known?.order.key === keyId && known.order.chain === asker.chain)
      if (known.issuer === issuer && known.subject === subject) return known;
    const made = await this.of(centralIdOf(profile.id), asker);
    const { seq } = await this.#ledger.append({
      kind: "login_asked",
      lease: made.lease,
      connection: recordedConnection(profile),
    });
    const order: MadeOrder = { ...made, order: { ...made.order, asked: seq } };
    this.#unanswered.set(profile.id, order);
    return order;
  }

  /** The collector has answered for good: what is asked next is another. */
  answered(id: ConnectionId): void {
    this.#unanswered.delete(id);
  }

  forget(): void {
    this.#unanswered.clear();
  }

  /** Signed by the device: `of` is a connection, or the lease that is to go on. */
  async of(of: string, { person, chain }: Asker): Promise<MadeOrder> {
    const { collectors } = this.#ledger;
    const { url } = this.#client;
    if (collectors.find(url) === null) collectors.pin(url, await this.#client.info());
    const log = collectors.find(url)?.info.log ?? "";
    const key = newSealingKey();
    const signer = await this.#ledger.currentSigner();
    const signature = signer.sign(leaseText(log, of, chain, key.publicKey));
    return {
      order: { chain, key: signer.keyId, sealTo: key.publicKey, signature },
      key,
      lease: leaseIdOf(key.publicKey),
      issuer: person.issuer,
      subject: person.subject,
    };
  }
}
