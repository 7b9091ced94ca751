import { RECORD_PAGE_CHARACTERS, type RecordPage } from "../../protocol/collector/records.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import type { Store } from "../store/store.ts";

/** A chain's records with their texts, for whom the chain belongs to and for who may read everything. @throws Refusal */
export async function readRecords(
  store: Store,
  caller: Caller,
  chain: Sha256,
  from: number,
  limit: number,
): Promise<RecordPage> {
  const all = caller.roles.has("auditor") || caller.roles.has("admin");
  if (!all) {
    const device = await store.device(chain);
    const owner = device === null || device.state === "released" ? null : device.owner;
    // Whether a chain of somebody else's is here is nobody's business.
    if (owner === null || owner.issuer !== caller.issuer || owner.subject !== caller.subject)
      throw new Refusal(
        "forbidden",
        "The records of this chain are not yours to read.",
        "Ask for a chain of your own, or ask an auditor.",
      );
  }
  const found = await store.texts(chain, from, from + limit - 1, RECORD_PAGE_CHARACTERS);
  return {
    records: found.map(({ seq, canonical, hash, signature, leafIndex: index }) => ({
      seq,
      canonical,
      hash,
      signature,
      index,
    })),
  };
}
