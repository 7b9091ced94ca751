import type { PoolClient } from "pg";
import type { Sha256 } from "../../../protocol/ids.ts";
import { alertValues, putAlert } from "../alert.ts";
import type { Device } from "../device.ts";
import type { Beginning, Changes, Ending, LoggedRecord, TileGrowth } from "../store.ts";

/** Leaves in one partition of the records. */
const PARTITION = 10_000_000;

/** Writes a commit's changes into the transaction that is open: a few statements, however many records. */
export async function writeChanges(client: PoolClient, changes: Changes): Promise<void> {
  const ids = await putDevices(client, changes.devices);
  await putKeys(client, changes.keyed, ids);
  if (changes.records.length > 0) await putRecords(client, changes.records, ids);
  if (changes.tiles.length > 0) await growTiles(client, changes.tiles);
  await putBeginnings(client, changes.begun, changes.ended, ids);
  for (const alert of changes.alerts)
    await client.query(
      putAlert(alert.id !== null, (place) => `$${place}`),
      alertValues(alert).map((value) => (typeof value === "string" ? storable(value) : value)),
    );
  await putTree(client, changes);
}

type Ids = ReadonlyMap<Sha256, number>;

async function putDevices(client: PoolClient, devices: readonly Device[]): Promise<Ids> {
  const { rows } = await client.query<{ id: number; chain: Sha256 }>({
    name: "put-devices",
    text: `INSERT INTO devices (chain, name, issuer, subject, owner_name, state, enrolled_at, seq, hash, at, received_at,
        confirmed_at)
      SELECT * FROM json_to_recordset($1::json) AS d (chain text, name text, issuer text, subject text, owner_name text,
        state text, enrolled_at bigint, seq bigint, hash text, at bigint, received_at bigint,
        confirmed_at bigint)
      ON CONFLICT (chain) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, subject = excluded.subject,
        owner_name = excluded.owner_name, state = excluded.state,
        seq = excluded.seq, hash = excluded.hash, at = excluded.at, received_at = excluded.received_at,
        confirmed_at = excluded.confirmed_at
      RETURNING id, chain`,
    values: [
      JSON.stringify(
        devices.map(({ owner, ...device }) => ({
          chain: device.chain,
          name: storable(device.name),
          issuer: owner?.issuer ?? null,
          subject: owner?.subject ?? null,
          owner_name: owner === null ? null : storable(owner.name),
          state: device.state,
          enrolled_at: device.enrolledAt,
          seq: device.seq,
          hash: device.hash,
          at: device.at,
          received_at: device.receivedAt,
          confirmed_at: device.confirmedAt,
        })),
      ),
    ],
  });
  return new Map(rows.map(({ id, chain }) => [chain, id]));
}

async function putKeys(client: PoolClient, devices: readonly Device[], ids: Ids): Promise<void> {
  for (const { chain, keys } of devices) {
    for (const { id, publicKey, introduced, revoked } of keys) {
      await client.query(
        `INSERT INTO device_keys (device, key, public_key, introduced, revoked) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (device, key) DO UPDATE SET introduced = excluded.introduced, revoked = excluded.revoked`,
        [idOf(ids, chain), id, publicKey, introduced, revoked],
      );
    }
  }
}

async function putRecords(client: PoolClient, records: readonly LoggedRecord[], ids: Ids): Promise<void> {
  await makePartitions(client, records);
  await client.query({
    name: "put-records",
    text: `INSERT INTO records (leaf_index, device, seq, hash, signature, canonical, received_at, at, kind, actor,
        actor_name, connection, environment, verdict, effect, risk, terms, said_at)
      SELECT leaf_index, device, seq, decode(hash, 'hex'), decode(signature, 'base64'), canonical, received_at, at, kind,
        actor, actor_name, connection, environment, verdict, effect, risk, terms, said_at
      FROM json_to_recordset($1::json) AS r (leaf_index bigint, device bigint, seq bigint, hash text, signature text,
        canonical text, received_at bigint, at bigint, kind text, actor text, actor_name text, connection text,
        environment text, verdict text, effect text, risk smallint, terms text[], said_at bigint)`,
    values: [
      JSON.stringify(
        records.map(
          ({ device, sealed, leafIndex, receivedAt, fields: { actorName, saidAt, ...fields } }) => ({
            leaf_index: leafIndex,
            device: idOf(ids, device.chain),
            seq: sealed.seq,
            hash: sealed.hash,
            signature: sealed.signature,
            canonical: sealed.canonical,
            received_at: receivedAt,
            actor_name: actorName,
            said_at: saidAt,
            ...fields,
          }),
        ),
      ),
    ],
  });
}

async function makePartitions(client: PoolClient, records: readonly LoggedRecord[]): Promise<void> {
  const [first = 0, last = 0] = [records.at(0)?.leafIndex, records.at(-1)?.leafIndex];
  const from = Math.floor(first / PARTITION);
  const to = Math.floor(last / PARTITION);
  for (let part = from; part <= to; part += 1) {
    // The one that holds the leaf before was made with it.
    if (part === from && first % PARTITION !== 0) continue;
    await client.query(
      `CREATE TABLE IF NOT EXISTS records_${part} PARTITION OF records
       FOR VALUES FROM (${part * PARTITION}) TO (${(part + 1) * PARTITION})`,
    );
  }
}

async function growTiles(client: PoolClient, tiles: readonly TileGrowth[]): Promise<void> {
  const { rowCount } = await client.query({
    name: "grow-tiles",
    text: `INSERT INTO tiles AS t (level, idx, hashes)
      SELECT level, idx, hashes FROM unnest($1::integer[], $2::bigint[], $3::bytea[]) AS n (level, idx, hashes)
      ON CONFLICT (level, idx) DO UPDATE SET hashes = t.hashes || excluded.hashes
      WHERE octet_length(t.hashes) = 32 * (SELECT f FROM unnest($1::integer[], $2::bigint[], $4::integer[]) AS g (l, i, f)
        WHERE l = t.level AND i = t.idx)`,
    values: [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => Buffer.from(hashes)),
      tiles.map(({ from }) => from),
    ],
  });
  if (rowCount !== tiles.length) throw new Error("A tile of the store has lost hashes.");
}

async function putBeginnings(
  client: PoolClient,
  begun: readonly Beginning[],
  ended: readonly Ending[],
  ids: Ids,
): Promise<void> {
  if (begun.length > 0)
    await client.query({
      name: "put-beginnings",
      text: `INSERT INTO beginnings (device, kind, ref, seq, received_at)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
        ON CONFLICT (device, kind, ref) DO UPDATE SET seq = excluded.seq, received_at = excluded.received_at
          WHERE excluded.kind <> 'gap'`,
      values: [
        begun.map(({ chain }) => idOf(ids, chain)),
        begun.map(({ kind }) => kind),
        begun.map(({ ref }) => storable(ref)),
        begun.map(({ seq }) => seq),
        begun.map(({ receivedAt }) => receivedAt),
      ],
    });
  if (ended.length > 0)
    await client.query({
      name: "put-endings",
      text: `DELETE FROM beginnings b USING unnest($1::bigint[], $2::text[], $3::text[]) AS e (device, kind, ref)
        WHERE b.device = e.device AND b.kind = e.kind AND b.ref = e.ref`,
      values: [
        ended.map(({ chain }) => idOf(ids, chain)),
        ended.map(({ kind }) => kind),
        ended.map(({ ref }) => storable(ref)),
      ],
    });
}

async function putTree(client: PoolClient, { tree, grown }: Changes): Promise<void> {
  const { size, subtrees, log, epoch, logKey, ownChain, checkpoint } = tree;
  await client.query({
    name: "put-tree",
    text: `INSERT INTO tree (id, size, subtrees, log, epoch, log_key, own_chain, checkpoint)
      VALUES (1, $1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (id) DO UPDATE SET size = $1, subtrees = $2, log = $3, epoch = $4, log_key = $5, own_chain = $6,
        checkpoint = $7`,
    values: [size, Buffer.concat(subtrees), log, epoch, logKey, ownChain, checkpoint],
  });
  if (grown !== null)
    await client.query({
      name: "put-checkpoint",
      text: `INSERT INTO checkpoints (minute, log, size, note) VALUES ($1, $2, $3, $4)
        ON CONFLICT (minute, log) DO UPDATE SET size = $3, note = $4`,
      values: [Math.floor(grown.at / 60_000), log, size, checkpoint],
    });
}

/** PostgreSQL keeps no NUL. */
const storable = (text: string): string => text.replaceAll("\0", "");

function idOf(ids: Ids, chain: Sha256): number {
  const id = ids.get(chain);
  if (id === undefined) throw new Error("A commit names a chain it does not write.");
  return id;
}
