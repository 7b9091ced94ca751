import { randomBytes } from "node:crypto";
import type { ConnectionId } from "../protocol/ids.ts";
import { madeOnce } from "./identity/madeOnce.ts";
import type { SecretStore } from "./identity/secretStore.ts";
import { type Pseudonymiser, pseudonymiser } from "./mask/pseudonym.ts";

const BYTES = 32;

/**
 * Keys by which values of a connection get their pseudonyms: made at first use and kept with the other secrets, so
 * that the same value has the same name tomorrow, and another on every other connection.
 */
export class PseudonymKeys {
  readonly #secrets: SecretStore;
  readonly #lockFile: string;
  readonly #known = new Map<ConnectionId, Promise<Pseudonymiser>>();

  constructor(secrets: SecretStore, lockFile: string) {
    this.#secrets = secrets;
    this.#lockFile = lockFile;
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
    const make = (): string => randomBytes(BYTES).toString("base64");
    const key = await madeOnce(
      this.#secrets,
      this.#lockFile,
      name,
      make,
      (stored) => read(stored).length >= BYTES,
    );
    return pseudonymiser(read(key));
  }
}

const read = (stored: string): Buffer => Buffer.from(stored, "base64");
