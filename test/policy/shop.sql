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
