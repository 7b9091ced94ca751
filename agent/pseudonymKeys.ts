import { randomBytes } from "node:crypto";
import type { ConnectionId } from "../protocol/ids.ts";
import type { SecretStore } from "./identity/secretStore.ts";
import { type Pseudonymiser, pseudonymiser } from "./mask/pseudonym.ts";

const BYTES = 32;

/**
 * Keys by which values of a connection get their pseudonyms: made at first use and kept with the other secrets, so
 * that the same value has the same name tomorrow, and another on every other connection.
 */
export class PseudonymKeys {
  readonly #secrets: SecretStore;
  readonly #known = new Map<ConnectionId, Promise<Pseudonymiser>>();

  constructor(secrets: SecretStore) {
    this.#secrets = secrets;
  }

  of(id: ConnectionId): Promise<Pseudonymiser> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const made = this.#load(id);
    this.#known.set(id, made);
    made.catch(() => this.#known.delete(id));
    return made;
  }

  async #load(id: ConnectionId): Promise<Pseudonymiser> {
    const name = `pseudonym-key:${id}`;
    const stored = Buffer.from((await this.#secrets.get(name)) ?? "", "base64");
    if (stored.length >= BYTES) return pseudonymiser(stored);
    const key = randomBytes(BYTES);
    await this.#secrets.store(name, key.toString("base64"));
    return pseudonymiser(key);
  }
}
