import type pg from "pg";
import type { PoolClient } from "pg";
import { parseRecord } from "../../../protocol/audit/chain.ts";
import type { AuditRecord, RecordBody } from "../../../protocol/audit/record.ts";
import type { DeviceState } from "../../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../../protocol/ids.ts";
import type { AlertReads } from "../../alerts/alertChanges.ts";
import type { ApprovalReads } from "../../approvals/tables.ts";
import type { ConnectionReads } from "../../connections/tables.ts";
import type { RetentionReads } from "../../retention/tables.ts";
import type { StreamReads } from "../../streams/tables.ts";
import {
  type Alert,
  type AlertKind,
  type AlertRow,
  type AlertSearch,
  alertOf,
  alertsQuery,
} from "../alert.ts";
import { ApprovalRows } from "../approvalRows.ts";
import { ConnectionRows } from "../connectionRows.ts";
import type { Device, Owner } from "../device.ts";
import { RetentionRows } from "../retentionRows.ts";
import {
  type BeginningRow,
  beginningOf,
  type DeviceRow,
  deviceOf,
  type KeyRow,
  type PlacedRow,
  placedOf,
  type TextRow,
  type TreeRow,
  textsQuery,
  treeOf,
} from "../rows.ts";
import type { Beginning, DevicePlace, PlacedRecord, ReadRecord, Store, Transaction, Tree } from "../store.ts";
import { StreamRows } from "../streamRows.ts";
import { LOG_LOCK } from "./openDatabase.ts";
import { postgresSql } from "./postgresSql.ts";
import { writeChanges } from "./writeChanges.ts";

const DEVICE = `SELECT d.*, coalesce((SELECT json_agg(k ORDER BY k.key) FROM device_keys k WHERE k.device = d.id), '[]') AS keys
  FROM devices d`;
const PLACED = `SELECT d.chain, r.seq, r.hash, r.signature, r.leaf_index FROM records r JOIN devices d ON d.id = r.device`;

type Asker = Pick<pg.Pool, "query">;

/** Everything in one database, for any number of processes. */
export class PostgresStore implements Store {
  readonly approvals: ApprovalReads;
  readonly connections: ConnectionReads;
  readonly streams: StreamReads;
  readonly retention: RetentionReads;
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    const sql = postgresSql(pool);
    this.approvals = new ApprovalRows(sql);
    this.streams = new StreamRows(sql);
    this.retention = new RetentionRows(sql);
    this.connections = new ConnectionRows(sql);
  }

  async commit<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken = false;
    try {
      // What is acknowledged is on disk, whatever the server does by default.
      await client.query(
        `BEGIN; SET LOCAL synchronous_commit TO on; SELECT pg_advisory_xact_lock(${LOG_LOCK})`,
      );
      const sql = postgresSql(client);
      const result = await work({
        approvals: new ApprovalRows(sql),
        streams: new StreamRows(sql),
        retention: new RetentionRows(sql),
        connections: new ConnectionRows(sql),
        tree: () => readTree(client),
        devices: (chains) => readDevices(client, chains),
        ...alertReads(client),
        write: (changes) => writeChanges(client, changes),
      });
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  tree(): Promise<Tree | null> {
    return readTree(this.#pool);
  }

  async device(chain: Sha256): Promise<Device | null> {
    return (await readDevices(this.#pool, [chain])).at(0) ?? null;
  }

  async devices(owner: Owner | null, after: DevicePlace | null, limit: number): Promise<readonly Device[]> {
    const [name, chain] = [after?.name ?? "", after?.chain ?? ""];
    const page = "(d.name, d.chain) > ($1, $2)";
    const { rows } =
      owner === null
        ? await this.#pool.query<DeviceWithKeys>(
            `${DEVICE} WHERE ${page} ORDER BY d.name, d.chain LIMIT $3`,
            [name, chain, limit],
          )
        : await this.#pool.query<DeviceWithKeys>(
            `${DEVICE} WHERE ${page} AND d.issuer = $4 AND d.subject = $5 ORDER BY d.name, d.chain LIMIT $3`,
            [name, chain, limit, owner.issuer, owner.subject],
          );
    return rows.map((row) => deviceOf(row, row.keys));
  }

  async deviceCount(state: DeviceState): Promise<number> {
    const { rows } = await this.#pool.query<{ count: number }>(
      "SELECT count(*) AS count FROM devices WHERE issuer IS NOT NULL AND state = $1",
      [state],
    );
    return rows[0]?.count ?? 0;
  }

  async placed(chain: Sha256, fromSeq: number, toSeq: number): Promise<readonly PlacedRecord[]> {
    const { rows } = await this.#pool.query<PlacedRow>({
      name: "placed",
      text: `${PLACED} WHERE d.chain = $1 AND r.seq BETWEEN $2 AND $3 ORDER BY r.seq`,
      values: [chain, fromSeq, toSeq],
    });
    return rows.map(placedOf);
  }

  async texts(
    chain: Sha256,
    fromSeq: number,
    toSeq: number,
    characters: number,
  ): Promise<readonly ReadRecord[]> {
    const { rows } = await this.#pool.query<TextRow>({
      name: "texts",
      text: textsQuery("$1", "$2", "$3", "$4"),
      values: [chain, fromSeq, toSeq, characters],
    });
    return rows.map((row) => ({ ...placedOf(row), canonical: row.canonical }));
  }

  async leaves(from: number, to: number): Promise<readonly PlacedRecord[]> {
    const { rows } = await this.#pool.query<PlacedRow>(
      `${PLACED} WHERE r.leaf_index >= $1 AND r.leaf_index < $2 ORDER BY r.leaf_index`,
      [from, to],
    );
    return rows.map(placedOf);
  }

  async tile(level: number, index: number): Promise<Uint8Array> {
    const { rows } = await this.#pool.query<{ hashes: Buffer }>({
      name: "tile",
      text: "SELECT hashes FROM tiles WHERE level = $1 AND idx = $2",
      values: [level, index],
    });
    return rows[0]?.hashes ?? new Uint8Array();
  }

  async said(kind: RecordBody["kind"], limit: number, skip = 0): Promise<readonly AuditRecord[]> {
    const { rows } = await this.#pool.query<{ canonical: string }>(
      `SELECT r.canonical FROM devices d JOIN records r ON r.device = d.id
       WHERE d.issuer IS NULL AND r.kind = $1 ORDER BY r.leaf_index DESC LIMIT $2 OFFSET $3`,
      [kind, limit, skip],
    );
    return rows.flatMap(({ canonical }) => parseRecord(canonical) ?? []);
  }

  alert(id: number): Promise<Alert | null> {
    return alertReads(this.#pool).alert(id);
  }

  async alerts(limit: number, search: AlertSearch = {}): Promise<readonly Alert[]> {
    const { text, values } = alertsQuery(search, limit, (place) => `$${place}`);
    const { rows } = await this.#pool.query<AlertRow>(text, [...values]);
    return rows.map(alertOf);
  }

  async openAlerts(): Promise<ReadonlyMap<AlertKind, number>> {
    const { rows } = await this.#pool.query<{ kind: AlertKind; count: number }>(
      "SELECT kind, count(*) AS count FROM alerts WHERE acknowledged_at IS NULL GROUP BY kind",
    );
    return new Map(rows.map(({ kind, count }) => [kind, count]));
  }

  async unended(kind: Beginning["kind"], before: number, limit: number): Promise<readonly Beginning[]> {
    const { rows } = await this.#pool.query<BeginningRow>(
      `SELECT d.chain, b.kind, b.ref, b.seq, b.received_at FROM beginnings b JOIN devices d ON d.id = b.device
       WHERE b.kind = $1 AND b.received_at < $2 ORDER BY b.received_at LIMIT $3`,
      [kind, before, limit],
    );
    return rows.map(beginningOf);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

type DeviceWithKeys = DeviceRow & { readonly keys: readonly KeyRow[] };

async function readTree(asker: Asker): Promise<Tree | null> {
  const { rows } = await asker.query<TreeRow>({ name: "tree", text: "SELECT * FROM tree" });
  const [row] = rows;
  return row === undefined ? null : treeOf(row);
}

async function readDevices(asker: Asker, chains: readonly Sha256[]): Promise<readonly Device[]> {
  const { rows } = await asker.query<DeviceWithKeys>({
    name: "devices",
    text: `${DEVICE} WHERE d.chain = ANY ($1)`,
    values: [chains],
  });
  return rows.map((row) => deviceOf(row, row.keys));
}

const alertReads = (client: Pick<PoolClient, "query">): AlertReads => {
  const one = async (where: string, values: readonly (string | number)[]): Promise<Alert | null> => {
    const { rows } = await client.query<AlertRow>(
      `SELECT * FROM alerts WHERE ${where} ORDER BY id DESC LIMIT 1`,
      [...values],
    );
    return rows[0] === undefined ? null : alertOf(rows[0]);
  };
  return {
    alert: (id) => one("id = $1", [id]),
    openAlert: (chain, kind, about, since) =>
      one("chain = $1 AND kind = $2 AND about = $3 AND raised_at > $4 AND acknowledged_at IS NULL", [
        chain,
        kind,
        about,
        since,
      ]),
    alertParts: async (chain, kind, since) => {
      const { rows } = await client.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM alerts WHERE chain = $1 AND kind = $2 AND about <> '' AND raised_at > $3",
        [chain, kind, since],
      );
      return rows[0]?.count ?? 0;
    },
    alertAt: (chain, kind, seq) => one("chain = $1 AND kind = $2 AND seq = $3", [chain, kind, seq]),
  };
};
