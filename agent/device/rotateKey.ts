import fs from "node:fs";
import path from "node:path";
import type { KeyRotation } from "../../protocol/device.ts";
import { LedgerError } from "../audit/ledgerError.ts";
import type { Rooms } from "../rooms.ts";

const REASON = "rotated";

/**
 * Hands over to a new key: on record, with the key before revoked there and destroyed here, and then the collector's
 * where there is one. A process that dies in between leaves a handover that the next one finishes. @throws LedgerError
 */
export async function rotateKey(
  { home, keys, ledger, sync }: Pick<Rooms, "home" | "keys" | "ledger" | "sync">,
  reason: string,
): Promise<KeyRotation> {
  if (keys === undefined)
    throw new LedgerError({
      code: "no-device-keys",
      message: "This process does not keep the key that it signs with.",
      action: "Rotate it in the editor, or run `sluice device rotate-key`.",
    });
  let before = "";
  const { keyId } = await keys.rotate(
    (key) => ledger.isRevoked(key),
    (old, next) => {
      before = old.keyId;
      ledger.handOver(old, next, reason.trim() === "" ? REASON : reason.trim());
    },
  );
  // What it vouched for is made again from the ledger.
  fs.rmSync(path.join(home.root, `behaviour-${before}.json`), { force: true });
  return { before, after: keyId, sync: (await sync?.now()) ?? { kind: "none" } };
}
