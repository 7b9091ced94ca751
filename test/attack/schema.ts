/**
 * A small shop with a clinic and an archive: one of everything PostgreSQL has that data can pass through. Objects
 * are ordinary ones, such as a real database has; what an attacker adds, the attacks add themselves.
 */
export const SCHEMA = `
CREATE SCHEMA shop;
CREATE SCHEMA people;
CREATE SCHEMA clinic;
CREATE SCHEMA archive;

CREATE TYPE shop.order_status AS ENUM ('new', 'paid', 'shipped');
CREATE TYPE shop.address AS (street text, city text);
CREATE DOMAIN shop.quantity AS integer CHECK (VALUE > 0);

CREATE TABLE shop.customers (
  id integer PRIMARY KEY,
  full_name text NOT NULL,
  email text NOT NULL UNIQUE,
  phone text,
  ssn text,
  date_of_birth date,
  city text NOT NULL,
  tier text NOT NULL DEFAULT 'basic',
  home shop.address,
  profile jsonb NOT NULL DEFAULT '{}',
  email_domain text GENERATED ALWAYS AS (split_part(email, '@', 2)) STORED,
  created_at timestamptz NOT NULL DEFAULT '2025-01-01',
  updated_at timestamptz NOT NULL DEFAULT '2025-01-01'
);
COMMENT ON COLUMN shop.customers.home IS 'home address';

CREATE TABLE shop.cards (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES shop.customers (id),
  holder_name text NOT NULL,
  card_number text NOT NULL UNIQUE,
  brand text NOT NULL,
  expires text NOT NULL
);

CREATE TABLE shop.products (
  id integer PRIMARY KEY,
  sku text NOT NULL UNIQUE,
  title text NOT NULL,
  category text NOT NULL,
  price numeric(10, 2) NOT NULL,
  in_stock shop.quantity NOT NULL
);

CREATE TABLE shop.orders (
  id integer NOT NULL,
  customer_id integer NOT NULL REFERENCES shop.customers (id),
  product_id integer NOT NULL REFERENCES shop.products (id),
  status shop.order_status NOT NULL,
  quantity shop.quantity NOT NULL,
  ordered_at date NOT NULL,
  PRIMARY KEY (id, ordered_at)
) PARTITION BY RANGE (ordered_at);
CREATE TABLE shop.orders_2024 PARTITION OF shop.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX orders_customer ON shop.orders (customer_id);

CREATE TABLE shop.support_tickets (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES shop.customers (id),
  subject text NOT NULL,
  message text NOT NULL,
  tags text[] NOT NULL DEFAULT '{}',
  payload jsonb NOT NULL DEFAULT '{}',
  priority integer NOT NULL DEFAULT 1
);

CREATE TABLE shop.api_clients (
  id integer PRIMARY KEY,
  label text NOT NULL,
  api_key text NOT NULL UNIQUE,
  rate_limit integer NOT NULL,
  last_ip inet
);

CREATE TABLE shop.contacts (id integer PRIMARY KEY, phone text NOT NULL);
CREATE TABLE shop.vip_contacts (email text NOT NULL, vip_level integer NOT NULL) INHERITS (shop.contacts);

CREATE TABLE shop.events (id bigserial PRIMARY KEY, what text NOT NULL, at timestamptz NOT NULL DEFAULT '2025-01-01');

CREATE TABLE people.employees (
  id integer PRIMARY KEY,
  manager_id integer REFERENCES people.employees (id),
  full_name text NOT NULL,
  work_email text NOT NULL,
  department text NOT NULL,
  salary integer NOT NULL,
  hired_on date NOT NULL
);

CREATE TABLE clinic.patients (
  id integer PRIMARY KEY,
  full_name text NOT NULL,
  birth_date date NOT NULL,
  medical_record_number text NOT NULL UNIQUE,
  diagnosis text NOT NULL,
  ward text NOT NULL
);
CREATE TABLE shop.claims (id integer NOT NULL, ssn text NOT NULL, amount integer NOT NULL) PARTITION BY RANGE (ssn);
CREATE TABLE shop.claims_low PARTITION OF shop.claims FOR VALUES FROM (MINVALUE) TO ('4');
CREATE TABLE shop.claims_high PARTITION OF shop.claims DEFAULT;
ALTER TABLE clinic.patients ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON clinic.patients USING (ward <> 'closed');

-- Same names as in shop, other contents.
CREATE TABLE archive.products (id integer, sku text, title text, category text);
COMMENT ON COLUMN archive.products.title IS 'email of whoever bought it';

CREATE VIEW shop.customer_overview AS
  SELECT c.id, c.full_name AS customer, c.email AS contact, c.city, count(o.id) AS orders
  FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id GROUP BY c.id;
CREATE VIEW shop.contact_list AS SELECT id, contact AS reach, city FROM shop.customer_overview;
CREATE VIEW shop.catalogue AS SELECT id, sku, title, price FROM shop.products WHERE in_stock > 0;
CREATE VIEW people.payroll AS SELECT id, department, salary AS amount FROM people.employees;
CREATE MATERIALIZED VIEW shop.city_people AS
  SELECT city, count(*) AS people, string_agg(full_name, ', ' ORDER BY id) AS who FROM shop.customers GROUP BY city;

CREATE FUNCTION shop.contact_of(wanted integer) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT email FROM shop.customers WHERE id = wanted $$;
CREATE FUNCTION shop.product_title(wanted integer) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT title FROM shop.products WHERE id = wanted $$;
CREATE FUNCTION shop.number_of(wanted integer) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE found text;
BEGIN
  SELECT card_number INTO found FROM shop.cards WHERE customer_id = wanted ORDER BY id LIMIT 1;
  RETURN found;
END $$;
CREATE FUNCTION shop.people_of(wanted text) RETURNS TABLE (id integer, who text) LANGUAGE sql STABLE AS
  $$ SELECT c.id, c.full_name FROM shop.customers c WHERE c.city = wanted $$;
CREATE FUNCTION shop.note(what text) RETURNS void LANGUAGE sql AS
  $$ INSERT INTO shop.events (what) VALUES (note.what) $$;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.updated_at := '2025-06-01'; RETURN NEW; END $$;
CREATE TRIGGER customers_touch BEFORE UPDATE ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE FUNCTION shop.log_ticket() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO shop.events (what) VALUES ('ticket ' || NEW.id); RETURN NEW; END $$;
CREATE TRIGGER tickets_log AFTER INSERT ON shop.support_tickets FOR EACH ROW EXECUTE FUNCTION shop.log_ticket();
CREATE VIEW shop.ticket_inbox AS SELECT id, subject, priority FROM shop.support_tickets;
`;
