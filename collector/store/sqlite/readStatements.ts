import type { AlertKind, AlertRow } from "../alert.ts";
import {
  type BeginningRow,
  type DeviceRow,
  type KeyRow,
  type PlacedRow,
  type TextRow,
  type TreeRow,
  textsQuery,
} from "../rows.ts";
import type { SqliteFile } from "./openFile.ts";

const PLACED = `SELECT d.chain, r.seq, r.hash, r.signature, r.leaf_index FROM records r JOIN devices d ON d.id = r.device`;

/** The questions a store is asked, prepared once. */
export const readStatements = (database: SqliteFile) => ({
  tree: database.prepare<[], TreeRow>("SELECT * FROM tree"),
  device: database.prepare<[string], DeviceRow>("SELECT * FROM devices WHERE chain = ?"),
  devices: database.prepare<[string, string, number], DeviceRow>(
    "SELECT * FROM devices WHERE (name, chain) > (?, ?) ORDER BY name, chain LIMIT ?",
  ),
  devicesOf: database.prepare<[string, string, string, string, number], DeviceRow>(
    "SELECT * FROM devices WHERE issuer = ? AND subject = ? AND (name, chain) > (?, ?) ORDER BY name, chain LIMIT ?",
  ),
  deviceCount: database.prepare<[string], { count: number }>(
    "SELECT count(*) AS count FROM devices WHERE issuer IS NOT NULL AND state = ?",
  ),
  keys: database.prepare<[number], KeyRow>("SELECT * FROM device_keys WHERE device = ? ORDER BY key"),
  placed: database.prepare<[string, number, number], PlacedRow>(
    `${PLACED} WHERE d.chain = ? AND r.seq BETWEEN ? AND ? ORDER BY r.seq`,
  ),
  texts: database.prepare<[string, number, number, number], TextRow>(textsQuery("?", "?", "?", "?")),
  leaves: database.prepare<[number, number], PlacedRow>(
    `${PLACED} WHERE r.leaf_index >= ? AND r.leaf_index < ? ORDER BY r.leaf_index`,
  ),
  tile: database.prepare<[number, number], { hashes: Buffer }>(
    "SELECT hashes FROM tiles WHERE level = ? AND idx = ?",
  ),
  said: database.prepare<[string, number, number], { canonical: string }>(
    `SELECT r.canonical FROM devices d JOIN records r ON r.device = d.id
     WHERE d.issuer IS NULL AND r.kind = ? ORDER BY r.leaf_index DESC LIMIT ? OFFSET ?`,
  ),
  openAlerts: database.prepare<[], { kind: AlertKind; count: number }>(
    "SELECT kind, count(*) AS count FROM alerts WHERE acknowledged_at IS NULL GROUP BY kind",
  ),
  alert: database.prepare<[number], AlertRow>("SELECT * FROM alerts WHERE id = ?"),
  openAlert: database.prepare<[string, string, string, number], AlertRow>(
    `SELECT * FROM alerts WHERE chain = ? AND kind = ? AND about = ? AND raised_at > ? AND acknowledged_at IS NULL
     ORDER BY id DESC LIMIT 1`,
  ),
  alertParts: database.prepare<[string, string, number], { count: number }>(
    "SELECT count(*) AS count FROM alerts WHERE chain = ? AND kind = ? AND about <> '' AND raised_at > ?",
  ),
  alertAt: database.prepare<[string, string, number], AlertRow>(
    "SELECT * FROM alerts WHERE chain = ? AND kind = ? AND seq = ? ORDER BY id DESC LIMIT 1",
  ),
  unended: database.prepare<[string, number, number], BeginningRow>(
    `SELECT d.chain, b.kind, b.ref, b.seq, b.received_at FROM beginnings b JOIN devices d ON d.id = b.device
     WHERE b.kind = ? AND b.received_at < ? ORDER BY b.received_at LIMIT ?`,
  ),
});
