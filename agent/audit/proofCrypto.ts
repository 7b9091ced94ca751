import type { ProofCrypto } from "../../protocol/log/logTrust.ts";
import { sha256Bytes, verifyBytes } from "../../protocol/node/crypto.ts";

/** node:crypto behind the primitives of proofs. */
export const proofCrypto: ProofCrypto = { sha256: sha256Bytes, verify: verifyBytes };
