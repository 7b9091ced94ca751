/**
 * What is counted of the records so that questions about many of them are short. All of it but the saved searches can
 * be made again from the log. The statements suit both databases.
 */
export const SEARCH_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE search_state (
    id integer PRIMARY KEY,
    counted bigint NOT NULL,
    epoch bigint NOT NULL
  );
  INSERT INTO search_state (id, counted, epoch) VALUES (1, 0, 0);
  CREATE TABLE search_terms (
    term text PRIMARY KEY,
    records bigint NOT NULL
  );
  CREATE TABLE search_actors (
    actor text PRIMARY KEY,
    name text NOT NULL
  );
  CREATE TABLE activity (
    dimension text NOT NULL,
    name text NOT NULL,
    hour bigint NOT NULL,
    statements bigint NOT NULL,
    blocked bigint NOT NULL,
    waiting bigint NOT NULL,
    failed bigint NOT NULL,
    masked_cells bigint NOT NULL,
    PRIMARY KEY (dimension, hour, name)
  );
  CREATE TABLE column_use (
    column_name text NOT NULL,
    day bigint NOT NULL,
    actor text NOT NULL,
    used text NOT NULL,
    info_type text NOT NULL,
    level text NOT NULL,
    requests bigint NOT NULL,
    handed_out bigint NOT NULL,
    PRIMARY KEY (column_name, day, actor, used, info_type, level)
  );
  CREATE INDEX column_use_by_actor ON column_use (actor, day);
  CREATE TABLE saved_searches (
    owner text NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    saved_at bigint NOT NULL,
    PRIMARY KEY (owner, name)
  );
  `,
  `
  ALTER TABLE activity ADD COLUMN approved bigint NOT NULL DEFAULT 0;
  ALTER TABLE search_state ADD COLUMN counts integer NOT NULL DEFAULT 1;
  CREATE INDEX search_terms_by_filter ON search_terms (substr(term, 1, 4));
  `,
  `
  -- Filled where one index holds all that a record carries.
  CREATE TABLE term_days (
    term text NOT NULL,
    day bigint NOT NULL,
    records bigint NOT NULL,
    PRIMARY KEY (term, day)
  );
  ALTER TABLE search_state ADD COLUMN days bigint NOT NULL DEFAULT 0;
  ALTER TABLE search_state ADD COLUMN days_epoch bigint NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE model_state (
    id integer PRIMARY KEY,
    counted bigint NOT NULL,
    missed bigint NOT NULL,
    missed_to bigint
  );
  CREATE TABLE model_seen (
    model text NOT NULL,
    info_type text NOT NULL,
    level text NOT NULL,
    environment text NOT NULL,
    how text NOT NULL,
    day bigint NOT NULL,
    statements bigint NOT NULL,
    handed_out bigint NOT NULL,
    first_at bigint NOT NULL,
    first_leaf bigint NOT NULL,
    last_at bigint NOT NULL,
    last_leaf bigint NOT NULL,
    PRIMARY KEY (model, info_type, level, environment, how, day)
  );
  CREATE TABLE model_columns (
    model text NOT NULL,
    info_type text NOT NULL,
    level text NOT NULL,
    environment text NOT NULL,
    column_name text NOT NULL,
    mask text NOT NULL,
    day bigint NOT NULL,
    PRIMARY KEY (model, info_type, level, environment, column_name, mask, day)
  );
  CREATE TABLE model_open (
    device bigint NOT NULL,
    seq bigint NOT NULL,
    model text NOT NULL,
    info_type text NOT NULL,
    level text NOT NULL,
    environment text NOT NULL,
    how text NOT NULL,
    day bigint NOT NULL,
    at bigint NOT NULL,
    leaf_index bigint NOT NULL,
    columns text NOT NULL,
    PRIMARY KEY (device, seq, info_type, level, how)
  );
  `,
];

/** Made again from the log where the counts belong to another one. */
export const COUNTED_TABLES = [
  ...["search_terms", "search_actors", "activity", "column_use"],
  ...["model_state", "model_seen", "model_columns", "model_open"],
] as const;
