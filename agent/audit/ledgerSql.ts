import type { LedgerDatabase } from "./ledgerFile.ts";

/** Everything a ledger asks of its file, prepared once. */
export function prepareLedger(database: LedgerDatabase) {
  return {
    head: database.prepare<[], { seq: number; hash: string }>(
      "SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1",
    ),
    insert: database.prepare("INSERT INTO records (seq, canonical, hash, signature) VALUES (?, ?, ?, ?)"),
    keyKnown: database.prepare<[string], { seq: number }>(
      "SELECT seq FROM records WHERE canonical LIKE ? LIMIT 1",
    ),
    addClosing: database.prepare("INSERT INTO closings (seq) VALUES (?)"),
    closed: database.prepare<[], { seq: number }>("SELECT seq FROM closings LIMIT 1"),
    countAtWork: database.prepare<[], { count: number }>(
      "SELECT count(*) AS count FROM open_intents WHERE writer IN (SELECT writer FROM writers)",
    ),
    addStatement: database.prepare(
      "INSERT INTO statements (seq, at, actor, matches, inferences) VALUES (?, ?, ?, ?, ?)",
    ),
    addOutcome: database.prepare("UPDATE statements SET outcome = ? WHERE seq = ?"),
    openIntent: database.prepare("INSERT INTO open_intents (seq, writer) VALUES (?, ?)"),
    closeIntent: database.prepare("DELETE FROM open_intents WHERE seq = ?"),
    openIntents: database.prepare<[string], { seq: number }>(
      "SELECT seq FROM open_intents WHERE writer = ? ORDER BY seq",
    ),
    useGrant: database.prepare("INSERT OR IGNORE INTO used_grants (id) VALUES (?)"),
    addNonce: database.prepare("INSERT OR IGNORE INTO redemptions (id, nonce) VALUES (?, ?)"),
    nonce: database.prepare<[string], { nonce: string }>("SELECT nonce FROM redemptions WHERE id = ?"),
    usedGrant: database.prepare<[string], { id: string }>("SELECT id FROM used_grants WHERE id = ?"),
    writers: database.prepare<[], { writer: string }>("SELECT writer FROM writers"),
    addWriter: database.prepare("INSERT INTO writers (writer) VALUES (?)"),
    forgetWriter: database.prepare("DELETE FROM writers WHERE writer = ?"),
  };
}
