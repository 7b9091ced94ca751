/** Each brings a store one version further; the first makes it. Never changed once released. */
export const POSTGRES_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE tree (
    id integer PRIMARY KEY CHECK (id = 1),
    size bigint NOT NULL,
    subtrees bytea NOT NULL,
    log text NOT NULL,
    epoch integer NOT NULL,
    log_key text NOT NULL,
    own_chain text,
    checkpoint text NOT NULL
  ) WITH (fillfactor = 50);
  CREATE TABLE checkpoints (
    minute bigint NOT NULL,
    log text NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (minute, log)
  ) WITH (fillfactor = 70);
  CREATE TABLE tiles (
    level integer NOT NULL,
    idx bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, idx)
  );
  -- Hashes do not compress; trying costs time.
  ALTER TABLE tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;
  CREATE TABLE devices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain text NOT NULL UNIQUE,
    name text NOT NULL,
    issuer text,
    subject text,
    owner_name text,
    state text NOT NULL,
    enrolled_at bigint NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    at bigint NOT NULL,
    received_at bigint
  ) WITH (fillfactor = 50);
  CREATE INDEX devices_by_owner ON devices (issuer, subject);
  CREATE TABLE device_keys (
    device bigint NOT NULL REFERENCES devices,
    key text NOT NULL,
    public_key text NOT NULL,
    introduced bigint,
    revoked bigint,
    PRIMARY KEY (device, key)
  );
  -- Partitions are made as the log grows; one commit at a time sees to it that (device, seq) stands once.
  CREATE TABLE records (
    leaf_index bigint NOT NULL,
    device bigint NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    canonical text,
    received_at bigint NOT NULL,
    at bigint NOT NULL,
    kind text NOT NULL,
    actor text,
    actor_name text,
    connection text,
    environment text,
    verdict text,
    effect text,
    risk smallint,
    terms text[] NOT NULL,
    PRIMARY KEY (leaf_index)
  ) PARTITION BY RANGE (leaf_index);
  CREATE INDEX records_by_chain ON records (device, seq);
  CREATE INDEX records_by_time ON records (at);
  CREATE INDEX records_by_actor ON records (actor, at) WHERE actor IS NOT NULL;
  CREATE INDEX records_by_connection ON records (connection, at) WHERE connection IS NOT NULL;
  CREATE INDEX records_by_verdict ON records (verdict, at) WHERE verdict <> 'allow';
  CREATE INDEX records_by_risk ON records (risk, at) WHERE risk >= 50;
  CREATE INDEX records_by_term ON records USING gin (terms);
  CREATE TABLE beginnings (
    device bigint NOT NULL REFERENCES devices,
    kind text NOT NULL,
    ref text NOT NULL,
    seq bigint NOT NULL,
    received_at bigint NOT NULL,
    PRIMARY KEY (device, kind, ref)
  );
  CREATE INDEX beginnings_by_time ON beginnings (kind, received_at);
  CREATE TABLE alerts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain text NOT NULL,
    kind text NOT NULL,
    seq bigint NOT NULL,
    what text NOT NULL,
    evidence text NOT NULL,
    raised_at bigint NOT NULL,
    UNIQUE (chain, kind, seq)
  );
  `,
  `
  CREATE TABLE approvals (
    id text PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL,
    version integer NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    grp text NOT NULL,
    chain text NOT NULL,
    created_at bigint NOT NULL,
    due_at bigint,
    body text NOT NULL
  );
  CREATE INDEX approvals_by_time ON approvals (kind, created_at);
  CREATE INDEX approvals_by_requester ON approvals (issuer, subject, created_at);
  CREATE INDEX approvals_by_group ON approvals (grp, state, created_at);
  CREATE INDEX approvals_due ON approvals (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX approvals_by_chain ON approvals (chain) WHERE due_at IS NOT NULL;
  CREATE TABLE deliveries (
    id text PRIMARY KEY,
    hook text NOT NULL,
    body text NOT NULL,
    tries integer NOT NULL,
    due_at bigint NOT NULL,
    created_at bigint NOT NULL
  );
  CREATE INDEX deliveries_due ON deliveries (hook, due_at);
  `,
  `
  CREATE INDEX records_by_kind ON records (kind, at) WHERE kind <> 'intent' AND kind <> 'outcome';
  CREATE INDEX records_by_effect ON records (effect, at) WHERE effect <> 'read';
  `,
  `
  CREATE TABLE connections (
    id text PRIMARY KEY,
    body text NOT NULL
  );
  CREATE TABLE leases (
    id text PRIMARY KEY,
    version integer NOT NULL,
    connection text NOT NULL,
    account text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    chain text NOT NULL,
    opened_at bigint NOT NULL,
    due_at bigint,
    body text NOT NULL
  );
  CREATE INDEX leases_due ON leases (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX leases_by_account ON leases (account);
  CREATE INDEX leases_by_time ON leases (opened_at);
  `,
  `
  CREATE INDEX records_by_environment ON records (environment, at) WHERE environment IS NOT NULL;
  CREATE INDEX devices_by_name ON devices (name, chain);
  CREATE INDEX approvals_ended ON approvals (created_at) WHERE due_at IS NULL;
  ALTER TABLE records ADD COLUMN dropped_by bigint;
  CREATE TABLE streams (
    name text PRIMARY KEY,
    position bigint NOT NULL,
    holder text,
    held_until bigint NOT NULL,
    tries integer NOT NULL,
    due_at bigint NOT NULL,
    problem text,
    taken_at bigint,
    asked text
  ) WITH (fillfactor = 50);
  CREATE TABLE holds (
    id text PRIMARY KEY,
    set_at bigint NOT NULL,
    lifted_at bigint,
    body text NOT NULL
  );
  CREATE TABLE retention (
    id integer PRIMARY KEY CHECK (id = 1),
    position bigint NOT NULL,
    kept_from bigint,
    dropped bigint NOT NULL,
    dropped_to bigint
  ) WITH (fillfactor = 50);
  INSERT INTO retention (id, position, dropped) VALUES (1, 0, 0);
  `,
  `
  ALTER TABLE alerts DROP CONSTRAINT alerts_chain_kind_seq_key;
  ALTER TABLE alerts
    ADD COLUMN first_seq bigint,
    ADD COLUMN first_what text,
    ADD COLUMN first_evidence text,
    ADD COLUMN count bigint NOT NULL DEFAULT 1,
    ADD COLUMN last_at bigint,
    ADD COLUMN acknowledged_by text,
    ADD COLUMN acknowledged_at bigint,
    ADD COLUMN reason text;
  UPDATE alerts SET last_at = raised_at;
  ALTER TABLE alerts ALTER COLUMN last_at SET NOT NULL;
  CREATE INDEX alerts_by_chain ON alerts (chain, kind);
  CREATE INDEX alerts_by_time ON alerts (last_at);
  ALTER TABLE records ADD COLUMN said_at bigint;
  ALTER TABLE devices ADD COLUMN confirmed_at bigint;
  CREATE INDEX leases_by_chain ON leases (chain, opened_at);
  `,
  `
  ALTER TABLE alerts ADD COLUMN about text NOT NULL DEFAULT '';
  `,
  `
  -- All that a record carries, in one index: it finds what carries several things at once, however seldom they meet,
  -- and takes a fraction of the room that an index for each column took.
  DROP INDEX records_by_term;
  DROP INDEX records_by_actor;
  DROP INDEX records_by_connection;
  DROP INDEX records_by_environment;
  DROP INDEX records_by_verdict;
  DROP INDEX records_by_effect;
  CREATE INDEX records_by_mark ON records USING gin ((terms || ARRAY['actor:' || actor, 'connection:' || connection,
    'environment:' || environment, 'kind:' || kind, 'verdict:' || verdict, 'effect:' || effect]));
  -- One of them by itself is walked in order of time; a hash takes a third of the room of a name.
  CREATE INDEX records_by_actor ON records (hashtextextended(actor, 0), at) WHERE actor IS NOT NULL;
  CREATE INDEX records_by_connection ON records (hashtextextended(connection, 0), at) WHERE connection IS NOT NULL;
  CREATE INDEX records_said ON records (said_at) WHERE said_at IS NOT NULL;
  `,
];
