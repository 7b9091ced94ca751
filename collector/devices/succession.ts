import { parseRecord } from "../../protocol/audit/chain.ts";
import { signedText } from "../../protocol/audit/seal.ts";
import type { Enrolment } from "../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";

/**
 * The keys by which one of `begins` leads to one of `proven`, both included: each has handed over to the next in this
 * chain, by its own signature. Their private keys are gone, so nobody else can show anything by them.
 */
export function successionTo(
  chain: Sha256,
  begins: readonly string[],
  { successions = [], keys }: Pick<Enrolment, "successions" | "keys">,
): ReadonlySet<string> {
  const known = new Map(begins.map((publicKey) => [keyIdOf(publicKey), publicKey]));
  const before = new Map<string, string>();
  for (const { canonical, signature } of successions) {
    const record = parseRecord(canonical);
    const by = record === null ? undefined : known.get(record.key);
    if (by === undefined || record?.body.kind !== "key_succeeded" || record.body.chain !== chain) continue;
    const { publicKey } = record.body;
    if (known.has(keyIdOf(publicKey)) || !nodeVerifier.verify(by, signedText(canonical), signature)) continue;
    known.set(keyIdOf(publicKey), publicKey);
    before.set(publicKey, by);
  }
  const leading = new Set<string>();
  for (const { publicKey: proven } of keys) {
    if (!known.has(keyIdOf(proven))) continue;
    for (let key: string | undefined = proven; key !== undefined; key = before.get(key)) leading.add(key);
  }
  return leading;
}

/** First 16 hex of the hash of a raw public key. */
export const keyIdOf = (publicKey: string): string =>
  nodeVerifier.sha256(Buffer.from(publicKey, "base64")).slice(0, 16);
