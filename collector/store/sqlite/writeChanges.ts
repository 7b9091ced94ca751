import { alertValues, putAlert } from "../alert.ts";
import type { Device } from "../device.ts";
import type { Changes, LoggedRecord, TileGrowth, Tree } from "../store.ts";
import type { SqliteFile } from "./openFile.ts";

const prepare = (database: SqliteFile) => ({
  tree: database.prepare(
    `INSERT OR REPLACE INTO tree (id, size, subtrees, log, epoch, log_key, own_chain, checkpoint)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  checkpoint: database.prepare(
    "INSERT OR REPLACE INTO checkpoints (minute, log, size, note) VALUES (?, ?, ?, ?)",
  ),
  newTile: database.prepare("INSERT INTO tiles (level, idx, hashes) VALUES (?, ?, ?)"),
  tile: database.prepare<[number, number], { hashes: Buffer }>(
    "SELECT hashes FROM tiles WHERE level = ? AND idx = ?",
  ),
  growTile: database.prepare("UPDATE tiles SET hashes = ? WHERE level = ? AND idx = ?"),
  device: database.prepare<unknown[], { id: number }>(
    `INSERT INTO devices (chain, name, issuer, subject, owner_name, state, enrolled_at, seq, hash, at, received_at,
       confirmed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (chain) DO UPDATE SET name = excluded.name, state = excluded.state, seq = excluded.seq,
       issuer = excluded.issuer, subject = excluded.subject, owner_name = excluded.owner_name, hash = excluded.hash, at = excluded.at, received_at = excluded.received_at,
       confirmed_at = excluded.confirmed_at
     RETURNING id`,
  ),
  key: database.prepare(
    `INSERT INTO device_keys (device, key, public_key, introduced, revoked) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (device, key) DO UPDATE SET introduced = excluded.introduced, revoked = excluded.revoked`,
  ),
  record: database.prepare(
    `INSERT INTO records (leaf_index, device, seq, hash, signature, canonical, received_at, at, kind, actor, actor_name,
       connection, environment, verdict, effect, risk, said_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  term: database.prepare("INSERT INTO record_terms (term, leaf_index) VALUES (?, ?)"),
  begin: database.prepare(
    `INSERT INTO beginnings (device, kind, ref, seq, received_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (device, kind, ref) DO UPDATE SET seq = excluded.seq, received_at = excluded.received_at
       WHERE excluded.kind <> 'gap'`,
  ),
  end: database.prepare("DELETE FROM beginnings WHERE device = ? AND kind = ? AND ref = ?"),
  alert: database.prepare(putAlert(false, () => "?")),
  changeAlert: database.prepare(putAlert(true, () => "?")),
});

/** Writes a commit's changes into the transaction that is open. */
export class ChangesWriter {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: SqliteFile) {
    this.#sql = prepare(database);
  }

  write({ tree, grown, devices, keyed, records, tiles, begun, ended, alerts }: Changes): void {
    const ids = new Map(devices.map((device) => [device.chain, this.#device(device)]));
    for (const { chain, keys } of keyed)
      for (const { id, publicKey, introduced, revoked } of keys)
        this.#sql.key.run(idOf(ids, chain), id, publicKey, introduced, revoked);
    for (const record of records) this.#record(record, idOf(ids, record.device.chain));
    for (const tile of tiles) this.#grow(tile);
    for (const { chain, kind, ref, seq, receivedAt } of begun)
      this.#sql.begin.run(idOf(ids, chain), kind, ref, seq, receivedAt);
    for (const { chain, kind, ref } of ended) this.#sql.end.run(idOf(ids, chain), kind, ref);
    for (const alert of alerts)
      this.#sql[alert.id === null ? "alert" : "changeAlert"].run(...alertValues(alert));
    this.#tree(tree, grown);
  }

  #device({ owner, ...device }: Device): number {
    const row = this.#sql.device.get(
      device.chain,
      device.name,
      owner?.issuer ?? null,
      owner?.subject ?? null,
      owner?.name ?? null,
      device.state,
      device.enrolledAt,
      device.seq,
      device.hash,
      device.at,
      device.receivedAt,
      device.confirmedAt,
    );
    if (row === undefined) throw new Error("The store gave a device no number.");
    return row.id;
  }

  #record({ sealed, leafIndex, receivedAt, fields }: LoggedRecord, device: number): void {
    this.#sql.record.run(
      leafIndex,
      device,
      sealed.seq,
      Buffer.from(sealed.hash, "hex"),
      Buffer.from(sealed.signature, "base64"),
      sealed.canonical,
      receivedAt,
      fields.at,
      fields.kind,
      fields.actor,
      fields.actorName,
      fields.connection,
      fields.environment,
      fields.verdict,
      fields.effect,
      fields.risk,
      fields.saidAt,
    );
    for (const term of fields.terms) this.#sql.term.run(term, leafIndex);
  }

  #grow({ level, index, from, hashes }: TileGrowth): void {
    if (from === 0) this.#sql.newTile.run(level, index, hashes);
    else {
      const before = this.#sql.tile.get(level, index)?.hashes ?? Buffer.alloc(0);
      if (before.length !== from * 32)
        throw new Error(`Tile ${level}/${index} of the store has lost hashes.`);
      this.#sql.growTile.run(Buffer.concat([before, hashes]), level, index);
    }
  }

  #tree(tree: Tree, grown: Changes["grown"]): void {
    const { size, subtrees, log, epoch, logKey, ownChain, checkpoint } = tree;
    this.#sql.tree.run(size, Buffer.concat(subtrees), log, epoch, logKey, ownChain, checkpoint);
    if (grown !== null) this.#sql.checkpoint.run(Math.floor(grown.at / 60_000), log, size, checkpoint);
  }
}

function idOf(ids: ReadonlyMap<string, number>, chain: string): number {
  const id = ids.get(chain);
  if (id === undefined) throw new Error("A commit names a chain it does not write.");
  return id;
}
