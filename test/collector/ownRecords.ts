import path from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import type { CollectorSettings } from "../../collector/options.ts";
import { RECORD, type RecordBody } from "../../protocol/audit/record.ts";

const OWN = `SELECT r.canonical FROM records r JOIN devices d ON d.id = r.device JOIN tree t ON t.own_chain = d.chain
  ORDER BY r.leaf_index`;

/** What a collector has recorded in its own chain, read from its store. */
export async function ownRecords({ data, database }: CollectorSettings): Promise<readonly RecordBody[]> {
  const rows = database === undefined ? fromFile(data) : await fromServer(database);
  return rows.map(({ canonical }) => RECORD.parse(JSON.parse(canonical)).body);
}

interface Row {
  readonly canonical: string;
}

function fromFile(data: string): readonly Row[] {
  const file = new Database(path.join(data, "collector.db"), { readonly: true });
  try {
    return file.prepare<[], Row>(OWN).all();
  } finally {
    file.close();
  }
}

async function fromServer(connectionString: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(OWN)).rows;
  } finally {
    await client.end();
  }
}
