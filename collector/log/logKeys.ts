import path from "node:path";
import type { Signer } from "../../protocol/audit/seal.ts";
import { toBase64 } from "../../protocol/log/base64.ts";
import type { NoteSigner } from "../../protocol/log/checkpoint.ts";
import { noteSignerFromPem, signerFromPem } from "../../protocol/node/crypto.ts";
import { keyIn } from "./secretFile.ts";

/** What a collector signs with: checkpoints by one key, records of its own chain by another. */
export interface LogKeys {
  /** Raw public key of the log, base64. */
  readonly logKey: string;
  /** Under the name the log has. */
  checkpoints(log: string): NoteSigner;
  readonly records: Signer;
}

export interface KeyFiles {
  readonly log: string;
  readonly chain: string;
}

/** Where the keys lie unless told otherwise. A log of a later epoch has a chain of its own, so a key of its own too. */
export const keyFiles = (folder: string, epoch: number): KeyFiles => ({
  log: path.join(folder, "log.key"),
  chain: path.join(folder, epoch === 1 ? "chain.key" : `chain-${epoch}.key`),
});

/** @throws CollectorError */
export function readLogKeys(files: KeyFiles): LogKeys {
  const pem = keyIn(files.log);
  const signers = new Map<string, NoteSigner>();
  return {
    logKey: toBase64(noteSignerFromPem("log", pem).publicKey),
    checkpoints: (log) => {
      const signer = signers.get(log) ?? noteSignerFromPem(log, pem);
      signers.set(log, signer);
      return signer;
    },
    records: signerFromPem(keyIn(files.chain)),
  };
}
