/** Each brings a store one version further; the first makes it. Never changed once released. */
export const SQLITE_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE tree (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    subtrees BLOB NOT NULL,
    log TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    log_key TEXT NOT NULL,
    own_chain TEXT,
    checkpoint TEXT NOT NULL
  ) STRICT;
  CREATE TABLE checkpoints (
    minute INTEGER NOT NULL,
    log TEXT NOT NULL,
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (minute, log)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tiles (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, idx)
  ) STRICT;
  CREATE TABLE devices (
    id INTEGER PRIMARY KEY,
    chain TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    issuer TEXT,
    subject TEXT,
    owner_name TEXT,
    state TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    received_at INTEGER
  ) STRICT;
  CREATE INDEX devices_by_owner ON devices (issuer, subject);
  CREATE TABLE device_keys (
    device INTEGER NOT NULL REFERENCES devices,
    key TEXT NOT NULL,
    public_key TEXT NOT NULL,
    introduced INTEGER,
    revoked INTEGER,
    PRIMARY KEY (device, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE records (
    leaf_index INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES devices,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    canonical TEXT,
    received_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT,
    actor_name TEXT,
    connection TEXT,
    environment TEXT,
    verdict TEXT,
    effect TEXT,
    risk INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX records_by_chain ON records (device, seq);
  CREATE INDEX records_by_time ON records (at);
  CREATE INDEX records_by_actor ON records (actor, at) WHERE actor IS NOT NULL;
  CREATE INDEX records_by_connection ON records (connection, at) WHERE connection IS NOT NULL;
  CREATE INDEX records_by_verdict ON records (verdict, at) WHERE verdict <> 'allow';
  CREATE INDEX records_by_risk ON records (risk, at) WHERE risk >= 50;
  CREATE TABLE record_terms (
    term TEXT NOT NULL,
    leaf_index INTEGER NOT NULL,
    PRIMARY KEY (term, leaf_index)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE beginnings (
    device INTEGER NOT NULL REFERENCES devices,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (device, kind, ref)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX beginnings_by_time ON beginnings (kind, received_at);
  CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    chain TEXT NOT NULL,
    kind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    what TEXT NOT NULL,
    evidence TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    UNIQUE (chain, kind, seq)
  ) STRICT;
  `,
  `
  CREATE TABLE approvals (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    grp TEXT NOT NULL,
    chain TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX approvals_by_time ON approvals (kind, created_at);
  CREATE INDEX approvals_by_requester ON approvals (issuer, subject, created_at);
  CREATE INDEX approvals_by_group ON approvals (grp, state, created_at);
  CREATE INDEX approvals_due ON approvals (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX approvals_by_chain ON approvals (chain) WHERE due_at IS NOT NULL;
  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    hook TEXT NOT NULL,
    body TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX deliveries_due ON deliveries (hook, due_at);
  `,
  `
  CREATE INDEX records_by_kind ON records (kind, at) WHERE kind <> 'intent' AND kind <> 'outcome';
  CREATE INDEX records_by_effect ON records (effect, at) WHERE effect <> 'read';
  `,
  `
  CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE leases (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    connection TEXT NOT NULL,
    account TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    chain TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    due_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX leases_due ON leases (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX leases_by_account ON leases (account);
  CREATE INDEX leases_by_time ON leases (opened_at);
  `,
  `
  CREATE INDEX records_by_environment ON records (environment, at) WHERE environment IS NOT NULL;
  CREATE INDEX devices_by_name ON devices (name, chain);
  CREATE INDEX approvals_ended ON approvals (created_at) WHERE due_at IS NULL;
  ALTER TABLE records ADD COLUMN dropped_by INTEGER;
  CREATE TABLE streams (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    holder TEXT,
    held_until INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    problem TEXT,
    taken_at INTEGER,
    asked TEXT
  ) STRICT;
  CREATE TABLE holds (
    id TEXT PRIMARY KEY,
    set_at INTEGER NOT NULL,
    lifted_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE retention (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    kept_from INTEGER,
    dropped INTEGER NOT NULL,
    dropped_to INTEGER
  ) STRICT;
  INSERT INTO retention (id, position, dropped) VALUES (1, 0, 0);
  `,
  `
  CREATE TABLE folded_alerts (
    id INTEGER PRIMARY KEY,
    chain TEXT NOT NULL,
    kind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    what TEXT NOT NULL,
    evidence TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    first_seq INTEGER,
    first_what TEXT,
    first_evidence TEXT,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    acknowledged_by TEXT,
    acknowledged_at INTEGER,
    reason TEXT
  ) STRICT;
  INSERT INTO folded_alerts (id, chain, kind, seq, what, evidence, raised_at, count, last_at)
    SELECT id, chain, kind, seq, what, evidence, raised_at, 1, raised_at FROM alerts;
  DROP TABLE alerts;
  ALTER TABLE folded_alerts RENAME TO alerts;
  CREATE INDEX alerts_by_chain ON alerts (chain, kind);
  CREATE INDEX alerts_by_time ON alerts (last_at);
  ALTER TABLE records ADD COLUMN said_at INTEGER;
  ALTER TABLE devices ADD COLUMN confirmed_at INTEGER;
  CREATE INDEX leases_by_chain ON leases (chain, opened_at);
  `,
  `
  ALTER TABLE alerts ADD COLUMN about TEXT NOT NULL DEFAULT '';
  `,
  `
  CREATE INDEX records_said ON records (said_at) WHERE said_at IS NOT NULL;
  `,
];
