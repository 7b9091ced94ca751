import Database from "better-sqlite3";
import { parseRecord } from "../../../protocol/audit/chain.ts";
import type { AuditRecord, RecordBody } from "../../../protocol/audit/record.ts";
import type { DeviceState } from "../../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../../protocol/ids.ts";
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
import { beginningOf, type DeviceRow, deviceOf, placedOf, treeOf } from "../rows.ts";
import type { Beginning, DevicePlace, PlacedRecord, ReadRecord, Store, Transaction, Tree } from "../store.ts";
import { StreamRows } from "../streamRows.ts";
import { openStoreFile, type SqliteFile } from "./openFile.ts";
import { readStatements } from "./readStatements.ts";
import { sqliteSql } from "./sqliteSql.ts";
import { ChangesWriter } from "./writeChanges.ts";

/** Everything in one file, for one process. */
export class SqliteStore implements Store {
  readonly approvals: ApprovalReads;
  readonly connections: ConnectionReads;
  readonly streams: StreamReads;
  readonly retention: RetentionReads;
  readonly #writer: SqliteFile;
  readonly #reader: SqliteFile;
  readonly #sql: ReturnType<typeof readStatements>;
  readonly #transaction: Transaction;

  /** @throws CollectorError */
  constructor(file: string) {
    this.#writer = openStoreFile(file);
    this.#reader = new Database(file, { readonly: true });
    this.#sql = readStatements(this.#reader);
    const [reading, writing] = [sqliteSql(this.#reader), sqliteSql(this.#writer)];
    this.approvals = new ApprovalRows(reading);
    this.streams = new StreamRows(reading);
    this.retention = new RetentionRows(reading);
    this.connections = new ConnectionRows(reading);
    const sql = readStatements(this.#writer);
    const changes = new ChangesWriter(this.#writer);
    this.#transaction = {
      approvals: new ApprovalRows(writing),
      streams: new StreamRows(writing),
      retention: new RetentionRows(writing),
      connections: new ConnectionRows(writing),
      tree: async () => readTree(sql),
      devices: async (chains) => chains.flatMap((chain) => readDevice(sql, sql.device.get(chain)) ?? []),
      alert: async (id) => oneAlert(sql.alert.get(id)),
      openAlert: async (chain, kind, about, since) => oneAlert(sql.openAlert.get(chain, kind, about, since)),
      alertParts: async (chain, kind, since) => sql.alertParts.get(chain, kind, since)?.count ?? 0,
      alertAt: async (chain, kind, seq) => oneAlert(sql.alertAt.get(chain, kind, seq)),
      write: async (what) => changes.write(what),
    };
  }

  async commit<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.#writer.exec("BEGIN IMMEDIATE");
    try {
      const result = await work(this.#transaction);
      this.#writer.exec("COMMIT");
      return result;
    } catch (error) {
      // SQLite has rolled back by itself where the disk was full.
      if (this.#writer.inTransaction) this.#writer.exec("ROLLBACK");
      throw error;
    }
  }

  async tree(): Promise<Tree | null> {
    return readTree(this.#sql);
  }

  async device(chain: Sha256): Promise<Device | null> {
    return readDevice(this.#sql, this.#sql.device.get(chain));
  }

  async devices(owner: Owner | null, after: DevicePlace | null, limit: number): Promise<readonly Device[]> {
    const [name, chain] = [after?.name ?? "", after?.chain ?? ""];
    const rows =
      owner === null
        ? this.#sql.devices.all(name, chain, limit)
        : this.#sql.devicesOf.all(owner.issuer, owner.subject, name, chain, limit);
    return rows.flatMap((row) => readDevice(this.#sql, row) ?? []);
  }

  async deviceCount(state: DeviceState): Promise<number> {
    return this.#sql.deviceCount.get(state)?.count ?? 0;
  }

  async placed(chain: Sha256, fromSeq: number, toSeq: number): Promise<readonly PlacedRecord[]> {
    return this.#sql.placed.all(chain, fromSeq, toSeq).map(placedOf);
  }

  async texts(
    chain: Sha256,
    fromSeq: number,
    toSeq: number,
    characters: number,
  ): Promise<readonly ReadRecord[]> {
    const rows = this.#sql.texts.all(chain, fromSeq, toSeq, characters);
    return rows.map((row) => ({ ...placedOf(row), canonical: row.canonical }));
  }

  async leaves(from: number, to: number): Promise<readonly PlacedRecord[]> {
    return this.#sql.leaves.all(from, to).map(placedOf);
  }

  async tile(level: number, index: number): Promise<Uint8Array> {
    return this.#sql.tile.get(level, index)?.hashes ?? new Uint8Array();
  }

  async said(kind: RecordBody["kind"], limit: number, skip = 0): Promise<readonly AuditRecord[]> {
    return this.#sql.said.all(kind, limit, skip).flatMap(({ canonical }) => parseRecord(canonical) ?? []);
  }

  async alert(id: number): Promise<Alert | null> {
    return oneAlert(this.#sql.alert.get(id));
  }

  async alerts(limit: number, search: AlertSearch = {}): Promise<readonly Alert[]> {
    const { text, values } = alertsQuery(search, limit, () => "?");
    return this.#reader
      .prepare<unknown[], AlertRow>(text)
      .all(...values)
      .map(alertOf);
  }

  async openAlerts(): Promise<ReadonlyMap<AlertKind, number>> {
    return new Map(this.#sql.openAlerts.all().map(({ kind, count }) => [kind, count]));
  }

  async unended(kind: Beginning["kind"], before: number, limit: number): Promise<readonly Beginning[]> {
    return this.#sql.unended.all(kind, before, limit).map(beginningOf);
  }

  async close(): Promise<void> {
    this.#reader.close();
    this.#writer.close();
  }
}

type Statements = ReturnType<typeof readStatements>;

function readTree(sql: Statements): Tree | null {
  const row = sql.tree.get();
  return row === undefined ? null : treeOf(row);
}

const readDevice = (sql: Statements, row: DeviceRow | undefined): Device | null =>
  row === undefined ? null : deviceOf(row, sql.keys.all(row.id));

const oneAlert = (row: AlertRow | undefined): Alert | null => (row === undefined ? null : alertOf(row));
