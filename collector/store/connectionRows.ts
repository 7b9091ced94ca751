import { KEPT_CONNECTION, type KeptConnection } from "../connections/keptConnection.ts";
import { LEASE, type Lease, leaseOverAt } from "../connections/lease.ts";
import type { ConnectionTables, LeaseSearch } from "../connections/tables.ts";
import type { Sql, SqlValue } from "./sql.ts";

interface BodyRow {
  readonly body: string;
}

const MOST_LEASES = 1_000;

/** Connections and leases in either store, over a connection that reads or one that is inside of a commit. */
export class ConnectionRows implements ConnectionTables {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async find(id: string): Promise<KeptConnection | null> {
    const [row] = await this.#sql.all<BodyRow>("SELECT body FROM connections WHERE id = ?", [id]);
    return row === undefined ? null : connectionOf(row);
  }

  async list(): Promise<readonly KeptConnection[]> {
    const rows = await this.#sql.all<BodyRow>("SELECT body FROM connections ORDER BY id", []);
    return rows.map(connectionOf).filter(({ removed }) => !removed);
  }

  async lease(id: string): Promise<Lease | null> {
    const [row] = await this.#sql.all<BodyRow>("SELECT body FROM leases WHERE id = ?", [id]);
    return row === undefined ? null : leaseOf(row);
  }

  async leaseOf(account: string): Promise<Lease | null> {
    const [row] = await this.#sql.all<BodyRow>("SELECT body FROM leases WHERE account = ?", [account]);
    return row === undefined ? null : leaseOf(row);
  }

  async leases(search: LeaseSearch): Promise<readonly Lease[]> {
    const { holder, chain, connection, all, limit = MOST_LEASES } = search;
    const conditions: (readonly [string, readonly SqlValue[]])[] = [["1 = 1", []]];
    if (all === undefined) conditions.push(["due_at IS NOT NULL", []]);
    if (holder !== undefined)
      conditions.push(["issuer = ? AND subject = ?", [holder.issuer, holder.subject]]);
    if (chain !== undefined) conditions.push(["chain = ?", [chain]]);
    if (connection !== undefined) conditions.push(["connection = ?", [connection]]);
    const rows = await this.#sql.all<BodyRow>(
      `SELECT body FROM leases WHERE ${conditions.map(([text]) => text).join(" AND ")}
       ORDER BY opened_at DESC, id LIMIT ?`,
      [...conditions.flatMap(([, values]) => values), limit],
    );
    return rows.map(leaseOf);
  }

  async due(now: number, limit: number): Promise<readonly string[]> {
    const rows = await this.#sql.all<{ id: string }>(
      "SELECT id FROM leases WHERE due_at <= ? ORDER BY due_at LIMIT ?",
      [now, limit],
    );
    return rows.map(({ id }) => id);
  }

  async put(connection: KeptConnection): Promise<void> {
    await this.#sql.run(
      "INSERT INTO connections (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
      [connection.id, JSON.stringify(connection)],
    );
  }

  async putLease(lease: Lease, before: number | null): Promise<void> {
    const { id, version, connection, account, holder, chain, openedAt, dueAt } = lease;
    const body = JSON.stringify(lease);
    const written =
      before === null
        ? await this.#sql.run(
            `INSERT INTO leases (id, version, connection, account, issuer, subject, chain, opened_at, due_at, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            [id, version, connection, account, holder.issuer, holder.subject, chain, openedAt, dueAt, body],
          )
        : await this.#sql.run(
            "UPDATE leases SET version = ?, due_at = ?, body = ? WHERE id = ? AND version = ?",
            [version, dueAt, body, id, before],
          );
    if (written !== 1) throw new Error("A lease was changed by somebody else.");
  }

  async forgetEnded(before: number): Promise<void> {
    const rows = await this.#sql.all<BodyRow>(
      "SELECT body FROM leases WHERE due_at IS NULL AND opened_at < ? ORDER BY opened_at LIMIT ?",
      [before, MOST_LEASES],
    );
    // One may have been renewed for as long as it is remembered.
    for (const lease of rows.map(leaseOf))
      if (leaseOverAt(lease) < before) await this.#sql.run("DELETE FROM leases WHERE id = ?", [lease.id]);
  }
}

const connectionOf = ({ body }: BodyRow): KeptConnection => KEPT_CONNECTION.parse(JSON.parse(body));
const leaseOf = ({ body }: BodyRow): Lease => LEASE.parse(JSON.parse(body));
