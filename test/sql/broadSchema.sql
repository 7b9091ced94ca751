-- Everything a schema can be made of, as dumps and migrations write it.
\restrict abcdefgh
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA app;
CREATE SCHEMA "Odd Names";
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;

CREATE TYPE app.status AS ENUM ('new', 'open', 'closed');
ALTER TYPE app.status ADD VALUE 'reopened' AFTER 'open';
ALTER TYPE app.status RENAME VALUE 'new' TO 'fresh';
CREATE DOMAIN app.email AS character varying(200) CHECK (VALUE ~ '@');
CREATE TYPE app.money_amount AS (amount numeric(12, 2), currency char(3));
ALTER TYPE app.money_amount ADD ATTRIBUTE note text;
CREATE TYPE app.day_range AS RANGE (subtype = date);
CREATE TYPE app.prices AS RANGE (subtype = numeric, multirange_type_name = app.price_set);

CREATE TABLE app.types_of_all_kinds (
  a smallint, b int, c bigint, d decimal, e numeric(10), f numeric(10, 2), g real, h float, i float(10),
  j varchar, k varchar(40), l char, m char(7), n bpchar, o text[], p int[][], q varchar(5)[],
  r timestamp, s timestamp(3), t timestamptz, u timestamptz(2), v time, w time(1) with time zone,
  x interval, y interval year to month, z interval second(3), aa interval(4), ab bit, ac bit(8), ad bit varying,
  ae bit varying(9), af boolean, ag uuid, ah jsonb, ai json, aj bytea, ak inet, al "char", am name, an oid,
  ao xml, ap money, aq date, ar point, as_ tsvector, at int4range, au app.status, av app.email, aw app.money_amount[],
  ax app.day_range, ay regclass, az pg_catalog.int4, ba interval day to minute
);
CREATE TABLE app.teams (
  id serial PRIMARY KEY,
  big bigserial,
  name varchar(80) NOT NULL UNIQUE,
  "Mixed Case" text DEFAULT 'it''s, "odd" (really)' NOT NULL,
  founded date DEFAULT ('2000-01-01'::date + 1) CHECK (founded > '1990-01-01'),
  upper_name text GENERATED ALWAYS AS (upper((name)::text)) STORED,
  lower_name text COLLATE "C" DEFAULT lower('A')
);
COMMENT ON TABLE app.teams IS 'Who works together';
COMMENT ON COLUMN app.teams.name IS 'As printed';
COMMENT ON COLUMN app.teams.founded IS 'gone soon';
COMMENT ON COLUMN app.teams.founded IS NULL;

CREATE TABLE app.people (
  id bigint GENERATED ALWAYS AS IDENTITY,
  team_id integer REFERENCES app.teams,
  lead_id bigint,
  email app.email,
  age integer CONSTRAINT grown CHECK (age >= 0 AND age < 200),
  code text,
  area text,
  CONSTRAINT people_pk PRIMARY KEY (id),
  CONSTRAINT boss FOREIGN KEY (lead_id) REFERENCES app.people (id),
  CONSTRAINT both_codes UNIQUE (code, area),
  CHECK (length(code) < age)
);
CREATE UNIQUE INDEX people_email ON app.people (email);
CREATE UNIQUE INDEX people_code_part ON app.people (code) WHERE area IS NOT NULL;
CREATE UNIQUE INDEX people_lower ON app.people (lower(area));
CREATE INDEX people_age ON app.people (age);

CREATE SEQUENCE app.counter START 5;
CREATE TABLE public.dumped (id integer NOT NULL, label text, other text);
CREATE SEQUENCE public.dumped_id_seq AS integer;
ALTER SEQUENCE public.dumped_id_seq OWNED BY public.dumped.id;
ALTER TABLE ONLY public.dumped ALTER COLUMN id SET DEFAULT nextval('public.dumped_id_seq'::regclass);
ALTER TABLE ONLY public.dumped ADD CONSTRAINT dumped_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dumped ADD CONSTRAINT dumped_label_key UNIQUE (label);
ALTER TABLE public.dumped OWNER TO CURRENT_USER;
COPY public.dumped (id, label, other) FROM stdin;
1	it's; a "label"	\N
2	CREATE TABLE nonsense (	x
\.

CREATE TABLE app.events (
  id bigint NOT NULL, happened timestamptz NOT NULL, kind text, team integer, payload jsonb,
  CONSTRAINT events_pk PRIMARY KEY (id, happened), CHECK (kind <> ''), FOREIGN KEY (team) REFERENCES app.teams (id)
) PARTITION BY RANGE (happened);
CREATE TABLE app.events_2025 PARTITION OF app.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE app.events_2026 PARTITION OF app.events (kind DEFAULT 'x') FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
  PARTITION BY LIST (id);
CREATE TABLE app.events_2026_a PARTITION OF app.events_2026 FOR VALUES IN (1);
CREATE TABLE app.events_old (payload jsonb, id bigint NOT NULL, happened timestamptz NOT NULL, kind text, team integer,
  CONSTRAINT events_kind_check CHECK (kind <> ''));
ALTER TABLE app.events ATTACH PARTITION app.events_old FOR VALUES FROM ('2020-01-01') TO ('2025-01-01');
CREATE TABLE app.events_gone PARTITION OF app.events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
ALTER TABLE app.events DETACH PARTITION app.events_gone;
ALTER TABLE app.events ADD COLUMN source text NOT NULL DEFAULT 'web';

CREATE TABLE app.animals (name text NOT NULL, born date, CHECK (born > '1900-01-01'));
CREATE TABLE app.dogs (breed text, name text) INHERITS (app.animals);
CREATE TABLE app.cats (name text NOT NULL, born date, CONSTRAINT animals_born_check CHECK (born > '1900-01-01'), lives int);
ALTER TABLE app.cats INHERIT app.animals;
ALTER TABLE app.animals ADD COLUMN weight numeric(5, 1);
ALTER TABLE app.animals RENAME COLUMN born TO birthday;
ALTER TABLE app.animals ALTER COLUMN weight TYPE numeric(6, 2);

CREATE TABLE app.copy_plain (LIKE app.people);
CREATE TABLE app.copy_all (LIKE app.teams INCLUDING ALL, extra text);
CREATE TABLE app.copy_some (first text, LIKE app.people INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
CREATE TABLE app.amounts OF app.money_amount (amount NOT NULL, PRIMARY KEY (currency));

CREATE TABLE app.changing (a int, b text, c text, d int, e text, f int, g text NOT NULL);
ALTER TABLE app.changing DROP COLUMN b, ADD COLUMN h text DEFAULT concat('a', ',', 'b'), ADD COLUMN IF NOT EXISTS a int,
  ALTER COLUMN c TYPE varchar(12) USING substr(c, 1, 12), ALTER COLUMN d SET NOT NULL, ALTER COLUMN g DROP NOT NULL;
ALTER TABLE app.changing ALTER f SET NOT NULL;
ALTER TABLE app.changing ALTER e SET DEFAULT coalesce('x', 'y'), ALTER f ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME app.odd_seq);
ALTER TABLE app.changing ADD CONSTRAINT c_known UNIQUE (c), ADD CHECK (a > 0), ADD UNIQUE (d), ADD UNIQUE (a, d);
ALTER TABLE app.changing DROP CONSTRAINT changing_d_key;
ALTER TABLE app.changing RENAME CONSTRAINT c_known TO c_renamed;
ALTER TABLE app.changing DROP CONSTRAINT c_renamed;
ALTER TABLE app.changing RENAME h TO hh;
ALTER TABLE app.changing RENAME TO changed;
ALTER TABLE app.changed SET SCHEMA public;
ALTER TABLE public.changed ADD CONSTRAINT changed_team FOREIGN KEY (d) REFERENCES app.teams (id) ON DELETE CASCADE NOT VALID;
CREATE UNIQUE INDEX changed_e ON public.changed (e);
ALTER TABLE public.changed ADD CONSTRAINT changed_e_key UNIQUE USING INDEX changed_e;
ALTER TABLE public.changed ENABLE ROW LEVEL SECURITY;

CREATE TABLE "Odd Names"."Weird ""Table""" ("sélect" text, "a.b" int, "user" text);
CREATE RULE quiet AS ON DELETE TO "Odd Names"."Weird ""Table""" DO INSTEAD NOTHING;

SET search_path = app, public;
CREATE TABLE unqualified (id int PRIMARY KEY, person bigint REFERENCES people, state status DEFAULT 'open');
CREATE VIEW active AS SELECT u.id, u.state, p.email AS address, p.age + 1 AS next_age, upper(p.code) AS code
  FROM unqualified u JOIN people p ON p.id = u.person;
CREATE VIEW everything AS SELECT * FROM unqualified;
CREATE VIEW both_of AS SELECT u.*, p.code AS person_code, p.area FROM unqualified u, people p WHERE p.id = u.person;
CREATE VIEW nested AS SELECT x.* FROM (SELECT * FROM people) AS x WHERE x.age > 3;
CREATE VIEW people_codes AS SELECT code FROM people;
RESET search_path;
ALTER TABLE app.unqualified ADD COLUMN later text;
ALTER TABLE app.people ADD COLUMN later text;
ALTER TABLE app.people RENAME COLUMN code TO short_code;
ALTER TABLE app.unqualified RENAME TO qualified;

CREATE VIEW app.totals (team, people, oldest, mean, listed, flags, share, texts) AS
  SELECT t.name, count(*), max(p.age), avg(p.age), string_agg(p.area, ', ' ORDER BY p.id), bool_or(p.age > 3),
    sum(p.age)::numeric / count(*), array_agg(p.area)
  FROM app.teams t LEFT JOIN app.people p ON p.team_id = t.id GROUP BY t.name;
DROP VIEW IF EXISTS app.totals;
CREATE VIEW app.totals (team, people, oldest, mean, listed, flags, share, texts) AS
  SELECT t.name, count(*), max(p.age), avg(p.age), string_agg(p.area, ', ' ORDER BY p.id), bool_or(p.age > 3),
    sum(p.age)::numeric / count(*), array_agg(p.area)
  FROM app.teams t LEFT JOIN app.people p ON p.team_id = t.id GROUP BY t.name;
CREATE VIEW app.computed AS SELECT 1 AS one, 1.5 AS dec, 'x' AS txt, NULL AS nothing, true AS yes, now() AS at,
  current_date AS today, current_date - date '2020-01-01' AS days, now() - interval '1 day' AS yesterday,
  CASE WHEN 1 > 0 THEN 2 ELSE 3.5 END AS mixed, coalesce(NULL, 'a') AS co, ARRAY[1, 2] AS arr,
  (SELECT max(age) FROM app.people) AS sub, EXISTS (SELECT 1) AS there, '{"a":1}'::jsonb -> 'a' AS js,
  '{"a":1}'::jsonb ->> 'a' AS jt, 10000000000 AS big, extract(year FROM now()) AS yr, 'a' || 'b' AS ab,
  round(1.234, 2) AS rounded, length('abc') AS len, date_trunc('day', now()) AS day, row_number() OVER () AS rn,
  generate_series(1, 3) AS gs, substr('abc', 1) AS part, greatest(1, 2.5) AS most, 5 / 2 AS half, nullif(1, 2) AS nn,
  md5('a') AS hash, to_char(now(), 'YYYY') AS chars, 'abc'::varchar(10) AS vc, '5'::int AS casted, random() AS rnd;
CREATE VIEW app.united AS SELECT id, name FROM app.teams UNION ALL SELECT id, short_code FROM app.people UNION SELECT 1, 'x';
CREATE VIEW app.of_values AS SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (num, txt);
CREATE VIEW app.with_cte AS WITH t AS (SELECT team_id, count(*) AS n FROM app.people GROUP BY 1) SELECT * FROM t;
CREATE RECURSIVE VIEW app.counting (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE OR REPLACE VIEW app.people_codes AS SELECT short_code AS code, area FROM app.people;
CREATE VIEW app.limited AS SELECT id, age FROM app.people WHERE age > 5 WITH LOCAL CHECK OPTION;
COMMENT ON VIEW app.limited IS 'Only some';
ALTER VIEW app.limited RENAME COLUMN age TO years;
CREATE MATERIALIZED VIEW app.per_team AS
  SELECT team_id, count(*) AS n, min(email) AS some_email, sum(age) AS ages FROM app.people GROUP BY team_id WITH NO DATA;
CREATE UNIQUE INDEX per_team_id ON app.per_team (team_id);
CREATE TABLE app.snapshot AS SELECT id, email, age * 2 AS twice, short_code || 'x' AS codex FROM app.people WITH NO DATA;
CREATE TABLE app.snapshot_named (a, b) AS SELECT id, happened::date FROM app.events;
SELECT name, id INTO app.into_table FROM app.teams;
CREATE TABLE app.dropped (a int);
CREATE VIEW app.over_dropped AS SELECT a FROM app.dropped;
CREATE VIEW app.over_over AS SELECT a FROM app.over_dropped;
DROP TABLE app.dropped CASCADE;
CREATE TABLE app.losing (a int, b int);
CREATE VIEW app.uses_a AS SELECT a FROM app.losing;
CREATE VIEW app.uses_b AS SELECT b FROM app.losing;
ALTER TABLE app.losing DROP COLUMN b CASCADE;
CREATE SCHEMA doomed CREATE TABLE things (id int PRIMARY KEY) CREATE VIEW few AS SELECT id FROM things;
DROP SCHEMA doomed CASCADE;
CREATE SCHEMA stays CREATE TABLE things (id serial PRIMARY KEY, amount app.money_amount);
ALTER SCHEMA stays RENAME TO stayed;
ALTER TYPE app.status RENAME TO state;

CREATE FUNCTION app.greet(who text, greeting text DEFAULT 'Hello', VARIADIC more text[] DEFAULT '{}') RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN RETURN greeting || who; END $$;
CREATE FUNCTION app.several(IN x int, OUT a int, INOUT b text) LANGUAGE sql AS $$ SELECT 1, b $$;
CREATE FUNCTION app.one_out(OUT total bigint) LANGUAGE sql AS 'SELECT count(*) FROM app.people';
CREATE FUNCTION app.rows_of(integer) RETURNS TABLE (id bigint, address app.email) LANGUAGE sql AS $$ SELECT id, email FROM app.people $$;
CREATE FUNCTION app.single_row_of() RETURNS TABLE (id bigint) LANGUAGE sql AS $$ SELECT id FROM app.people $$;
CREATE FUNCTION app.set_of() RETURNS SETOF app.people LANGUAGE sql STABLE AS $$ SELECT * FROM app.people $$;
CREATE FUNCTION app.typed(a app.teams.name%TYPE, b numeric(10, 2), c char(3), d app.state[]) RETURNS app.teams.founded%TYPE
  LANGUAGE sql IMMUTABLE AS $$ SELECT NULL::date $$;
CREATE FUNCTION app.atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM app.people; END;
CREATE FUNCTION app.returning_it(x int) RETURNS int RETURN x + 1;
CREATE PROCEDURE app.tidy(days int, INOUT done text) LANGUAGE plpgsql AS $$ BEGIN done := 'x'; END $$;
CREATE PROCEDURE app.plain() LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION app.doomed_one(int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION app.doomed_one(text) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
DROP FUNCTION app.doomed_one(integer);
ALTER FUNCTION app.doomed_one(text) RENAME TO kept_one;
ALTER FUNCTION app.kept_one(text) IMMUTABLE;
ALTER FUNCTION app.kept_one(text) SET SCHEMA public;
CREATE AGGREGATE app.total_of(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE OR REPLACE FUNCTION app.greet(who text, greeting text DEFAULT 'Hi', VARIADIC more text[] DEFAULT '{}') RETURNS text
  LANGUAGE sql IMMUTABLE AS $$ SELECT who $$;
CREATE VIEW app.calls AS SELECT app.greet('x') AS g, f.id::bigint, s.email::text AS address FROM app.rows_of(1) f, app.set_of() s;

CREATE FUNCTION app.log_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER watch AFTER INSERT OR UPDATE OF age ON app.people FOR EACH ROW EXECUTE FUNCTION app.log_change();
CREATE TRIGGER asleep BEFORE DELETE OR TRUNCATE ON app.people FOR EACH STATEMENT EXECUTE FUNCTION app.log_change();
CREATE TRIGGER gone BEFORE DELETE ON app.people FOR EACH ROW EXECUTE PROCEDURE app.log_change();
CREATE TRIGGER parted AFTER INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.log_change();
CREATE TRIGGER parted_statement AFTER INSERT ON app.events FOR EACH STATEMENT EXECUTE FUNCTION app.log_change();
CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON app.teams DEFERRABLE FOR EACH ROW EXECUTE FUNCTION app.log_change();
ALTER TABLE app.people DISABLE TRIGGER asleep;
DROP TRIGGER gone ON app.people;

CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE app.far (id integer NOT NULL, note text OPTIONS (column_name 'n')) SERVER elsewhere OPTIONS (table_name 'x');
CREATE TEMP TABLE fleeting (secret text);
CREATE TEXT SEARCH CONFIGURATION app.words (COPY = pg_catalog.english);
CREATE POLICY own ON public.changed USING (d = 1);
INSERT INTO app.teams (name) VALUES ('a; b'), ($$c'd$$);
GRANT SELECT ON app.teams TO PUBLIC;
DO $$ BEGIN PERFORM 1; END $$;
\connect -reuse-previous=on "dbname='postgres'"
\unrestrict abcdefgh
