import type { Signer } from "../protocol/audit/seal.ts";
import { generateDeviceKey, signerFromPem } from "../protocol/node/crypto.ts";
import { LedgerError } from "./audit/ledgerError.ts";
import { madeOnce } from "./identity/madeOnce.ts";
import type { SecretStore } from "./identity/secretStore.ts";

const KEY = "device-key";

/**
 * The key this device signs records with: kept by the editor in the system's key chain, by the CLI in a file
 * only its user can read. Made at first use, once for all processes.
 * @throws LedgerError where what is stored is no key.
 */
export async function deviceSigner(secrets: SecretStore, lockFile: string): Promise<Signer> {
  const pem = await madeOnce(secrets, lockFile, KEY, generateDeviceKey);
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
