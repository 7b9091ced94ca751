-- The schema the examples of the guardrails are written against.
CREATE SCHEMA shop;
CREATE TYPE shop.order_status AS ENUM ('new', 'paid', 'shipped');
CREATE SEQUENCE shop.orders_id_seq;
CREATE TABLE shop.customers (id integer PRIMARY KEY, email text NOT NULL, city text);
CREATE TABLE shop.orders (
  id integer CONSTRAINT orders_pkey PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES shop.customers (id),
  status shop.order_status NOT NULL DEFAULT 'new'
);
CREATE INDEX orders_customer ON shop.orders (customer_id);
CREATE TABLE shop.cards (id integer PRIMARY KEY, customer_id integer NOT NULL, number text NOT NULL);
COMMENT ON COLUMN shop.cards.number IS 'Payment card number';
CREATE FUNCTION shop.total(integer) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION shop.native(integer) RETURNS integer LANGUAGE c AS 'shop', 'native';
CREATE FUNCTION shop.note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER audit BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.note_change();
CREATE VIEW shop.customer_overview AS SELECT id, city FROM shop.customers;
CREATE MATERIALIZED VIEW shop.daily_sales AS SELECT status, count(*) AS orders FROM shop.orders GROUP BY status;
CREATE FOREIGN TABLE shop.remote (id integer, note text) SERVER elsewhere;
CREATE FUNCTION public.dblink_connect(text) RETURNS text LANGUAGE c AS 'dblink', 'dblink_connect';
CREATE FUNCTION shop.wipe() RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM shop.orders; END';
CREATE FUNCTION shop.wipe_sql() RETURNS void LANGUAGE sql AS 'DELETE FROM shop.orders';
CREATE FUNCTION shop.dropper() RETURNS void LANGUAGE plpgsql AS 'BEGIN DROP TABLE shop.orders; END';
CREATE PROCEDURE shop.purge() LANGUAGE plpgsql AS 'BEGIN TRUNCATE shop.orders; END';
CREATE TABLE shop.hooked (id integer PRIMARY KEY);
CREATE FUNCTION shop.empty_orders() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM shop.orders; RETURN NEW; END';
CREATE TRIGGER empties AFTER INSERT ON shop.hooked FOR EACH ROW EXECUTE FUNCTION shop.empty_orders();
CREATE TABLE shop.visits (id integer NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE shop.visits_2025 PARTITION OF shop.visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
