import type { Signer } from "../../protocol/audit/seal.ts";
import { generateDeviceKey, signerFromPem } from "../../protocol/node/crypto.ts";
import { LedgerError } from "../audit/ledgerError.ts";
import { madeOnce } from "../identity/madeOnce.ts";
import { withProcessLock } from "../identity/processLock.ts";
import type { SecretStore } from "../identity/secretStore.ts";

const KEY = "device-key";
/** A key that is being handed over to; whether it signs already is the chain's word. */
const NEXT = "device-key-next";

type IsRevoked = (key: string) => boolean;

/**
 * The key this device signs records with: kept by the editor in the system's key chain, by the CLI in a file only its user
 * can read. One key signs at a time. The next one is kept before the chain names it, and takes the other's place after
 * that: whoever finds a handover that was cut short in between finishes it.
 */
export class DeviceKeys {
  readonly #secrets: SecretStore;
  readonly #lockFile: string;

  constructor(secrets: SecretStore, lockFile: string) {
    this.#secrets = secrets;
    this.#lockFile = lockFile;
  }

  /** Made at first use, once for all processes. @throws LedgerError where what is stored is no key. */
  async current(): Promise<Signer> {
    return signerOf(await madeOnce(this.#secrets, this.#lockFile, KEY, generateDeviceKey));
  }

  /** The key that signs, where the chain has revoked the one in hand. @throws LedgerError */
  renewed(isRevoked: IsRevoked): Promise<Signer> {
    return withProcessLock(this.#lockFile, () => this.#settled(isRevoked));
  }

  /**
   * Makes a new key, and destroys the one before once `handOver` has put both into the chain, which is all or nothing.
   * @throws LedgerError
   */
  rotate(isRevoked: IsRevoked, handOver: (before: Signer, next: Signer) => void): Promise<Signer> {
    return withProcessLock(this.#lockFile, async () => {
      const before = await this.#settled(isRevoked);
      const pem = generateDeviceKey();
      const next = signerFromPem(pem);
      await this.#secrets.store(NEXT, pem);
      handOver(before, next);
      await this.#promote(pem);
      return next;
    });
  }

  /** Finishes what was cut short. A key that another one of the chain revoked without handing over has a new one. */
  async #settled(isRevoked: IsRevoked): Promise<Signer> {
    const [kept, next] = [await this.#secrets.get(KEY), await this.#secrets.get(NEXT)];
    const signer = kept === undefined ? null : signerOf(kept);
    if (signer !== null && !isRevoked(signer.keyId)) return signer;
    const taken = next !== undefined && !isRevoked(signerOf(next).keyId) ? next : generateDeviceKey();
    await this.#promote(taken);
    return signerOf(taken);
  }

  async #promote(pem: string): Promise<void> {
    await this.#secrets.store(KEY, pem);
    await this.#secrets.delete(NEXT);
  }
}

/** @throws LedgerError */
function signerOf(pem: string): Signer {
  try {
    return signerFromPem(pem);
  } catch (cause) {
    throw new LedgerError(
      {
        code: "device-key-unreadable",
        message: "The key that signs the records of this device cannot be read.",
        action:
          "Remove the secret `device-key`; a new key is made and introduced in the ledger at the next start.",
      },
      cause,
    );
  }
}
