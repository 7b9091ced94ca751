import { EVIDENCE_PAGE_LIMIT, type EvidencePage } from "../../protocol/collector/retention.ts";
import { sha256 } from "../../protocol/ids.ts";
import { type SearchDatabase, Values } from "../search/database.ts";

const OF_EVERYBODY = ["key_introduced", "key_revoked", "bodies_dropped"];
const OF_AUDITORS = [...OF_EVERYBODY, "hold_set", "hold_lifted"];

interface EvidenceRow {
  readonly chain: string;
  readonly seq: number;
  readonly hash: Buffer;
  readonly signature: Buffer;
  readonly leaf_index: number;
  readonly canonical: string;
}

/** What shows which texts were dropped, from one place of the log on. Whom a hold is about is for auditors. */
export async function evidencePage(
  search: SearchDatabase,
  from: number,
  holds: boolean,
): Promise<EvidencePage> {
  const values = new Values();
  const kinds = values.row(holds ? OF_AUDITORS : OF_EVERYBODY);
  const rows = await search.all<EvidenceRow>(
    `SELECT d.chain, r.seq, r.hash, r.signature, r.leaf_index, r.canonical
     FROM devices d JOIN records r ON r.device = d.id
     WHERE d.issuer IS NULL AND r.kind IN ${kinds} AND r.leaf_index >= ${values.add(from)}
     ORDER BY r.leaf_index LIMIT ${EVIDENCE_PAGE_LIMIT}`,
    values.list,
  );
  const last = rows.length === EVIDENCE_PAGE_LIMIT ? rows.at(-1) : undefined;
  return {
    records: rows.map(({ chain, seq, canonical, hash, signature, leaf_index: index }) => ({
      chain: sha256(chain),
      seq,
      canonical,
      hash: sha256(hash.toString("hex")),
      signature: signature.toString("base64"),
      index,
    })),
    holds,
    next: last === undefined ? null : last.leaf_index + 1,
  };
}
