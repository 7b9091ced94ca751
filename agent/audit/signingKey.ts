import type { Signer } from "../../protocol/audit/seal.ts";
import { KeyRevokedError, keyRevoked } from "./ledgerError.ts";
import type { SignedRecords } from "./signedRecords.ts";

const MOST_TRIES = 5;

/** The key that is to sign now, where `isRevoked` no longer lets the one in hand. */
export type RenewSigner = (isRevoked: (key: string) => boolean) => Promise<Signer>;

/**
 * The key one process signs with. Another process may hand over to a new one at any time, so the chain is asked inside of
 * each append; a key it has revoked signs nothing, and the one that took its place is taken up.
 */
export class SigningKey {
  readonly #signed: SignedRecords;
  readonly #renew: RenewSigner | null;
  /** Puts a key into the chain that it does not know yet. */
  readonly #introduce: (signer: Signer) => void;
  #signer: Signer;
  #renewal: Promise<void> | null = null;

  constructor(
    signer: Signer,
    renew: RenewSigner | null,
    signed: SignedRecords,
    introduce: (signer: Signer) => void,
  ) {
    this.#signer = signer;
    this.#renew = renew;
    this.#signed = signed;
    this.#introduce = introduce;
  }

  /** The key in hand; it may be revoked. */
  get signer(): Signer {
    return this.#signer;
  }

  get canBeRenewed(): boolean {
    return this.#renew !== null;
  }

  get isBeingRenewed(): boolean {
    return this.#renewal !== null;
  }

  /** To be called inside of the transaction that writes what it signs. @throws KeyRevokedError */
  check({ keyId }: Signer): void {
    if (this.#isRevoked(keyId)) throw new KeyRevokedError(keyRevoked());
  }

  /** The key that signs now. @throws LedgerError */
  async current(): Promise<Signer> {
    if (this.#isRevoked(this.#signer.keyId)) await this.renewed();
    return this.#signer;
  }

  /** Settles when the key that took the place of the one in hand was taken up. @throws LedgerError */
  renewed(): Promise<void> {
    this.#renewal ??= this.#take().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /** This process has handed over itself. */
  replaceBy(signer: Signer): void {
    this.#signer = signer;
  }

  async #take(): Promise<void> {
    if (this.#renew === null) throw new KeyRevokedError(keyRevoked());
    for (let tries = 1; ; tries += 1) {
      const signer = await this.#renew((key) => this.#isRevoked(key));
      try {
        this.#introduce(signer);
        this.#signer = signer;
        return;
      } catch (error) {
        // It was revoked in its turn before it was put into the chain.
        if (!(error instanceof KeyRevokedError) || tries === MOST_TRIES) throw error;
      }
    }
  }

  #isRevoked(key: string): boolean {
    return this.#signed.revokedAt(key) !== null;
  }
}
