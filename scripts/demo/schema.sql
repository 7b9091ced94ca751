-- A shop, its clinic and its people: what `npm start` seeds and what `sluice check --schema` can be tried on.

CREATE SCHEMA shop;
CREATE SCHEMA clinic;
CREATE SCHEMA people;

CREATE TYPE shop.order_status AS ENUM ('new', 'paid', 'shipped', 'delivered', 'cancelled');
CREATE TYPE shop.ticket_priority AS ENUM ('low', 'normal', 'high');

CREATE TABLE shop.customers (
  id integer PRIMARY KEY,
  first_name text NOT NULL,
  last_name text NOT NULL,
  email text NOT NULL UNIQUE,
  phone text,
  date_of_birth date,
  newsletter boolean NOT NULL DEFAULT false,
  loyalty_points integer NOT NULL DEFAULT 0,
  profile jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN shop.customers.profile IS 'What the customer told us: contact person, preferences';

CREATE TABLE shop.addresses (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES shop.customers (id),
  kind text NOT NULL CHECK (kind IN ('billing', 'shipping')),
  street text NOT NULL,
  city text NOT NULL,
  postal_code text NOT NULL,
  country_code char(2) NOT NULL
);

CREATE TABLE shop.cards (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES shop.customers (id),
  holder_name text NOT NULL,
  card_number text NOT NULL,
  brand text NOT NULL,
  expires text NOT NULL
);

CREATE TABLE shop.products (
  id integer PRIMARY KEY,
  sku text NOT NULL UNIQUE,
  name text NOT NULL,
  description text NOT NULL,
  category text NOT NULL,
  price numeric(10, 2) NOT NULL,
  in_stock integer NOT NULL
);

CREATE TABLE shop.orders (
  id integer NOT NULL,
  customer_id integer NOT NULL REFERENCES shop.customers (id),
  status shop.order_status NOT NULL,
  ordered_at date NOT NULL,
  total numeric(12, 2) NOT NULL,
  PRIMARY KEY (id, ordered_at)
) PARTITION BY RANGE (ordered_at);
CREATE TABLE shop.orders_2023 PARTITION OF shop.orders FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE shop.orders_2024 PARTITION OF shop.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX orders_customer ON shop.orders (customer_id);

CREATE TABLE shop.order_items (
  order_id integer NOT NULL,
  line integer NOT NULL,
  product_id integer NOT NULL REFERENCES shop.products (id),
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price numeric(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line)
);

CREATE TABLE shop.support_tickets (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES shop.customers (id),
  subject text NOT NULL,
  message text NOT NULL,
  priority shop.ticket_priority NOT NULL DEFAULT 'normal',
  opened_at timestamptz NOT NULL
);

CREATE TABLE shop.api_clients (
  id integer PRIMARY KEY,
  name text NOT NULL,
  api_key text NOT NULL UNIQUE,
  webhook_secret text NOT NULL,
  rate_limit integer NOT NULL,
  last_ip inet
);

CREATE TABLE people.departments (
  id integer PRIMARY KEY,
  name text NOT NULL,
  cost_center text NOT NULL
);

CREATE TABLE people.employees (
  id integer PRIMARY KEY,
  department_id integer NOT NULL REFERENCES people.departments (id),
  manager_id integer REFERENCES people.employees (id),
  full_name text NOT NULL,
  work_email text NOT NULL,
  ssn text NOT NULL,
  iban text NOT NULL,
  job_title text NOT NULL,
  hired_on date NOT NULL
);
COMMENT ON COLUMN people.employees.ssn IS 'US social security number';

CREATE TABLE people.salaries (
  employee_id integer NOT NULL REFERENCES people.employees (id),
  valid_from date NOT NULL,
  salary integer NOT NULL,
  bonus integer NOT NULL DEFAULT 0,
  PRIMARY KEY (employee_id, valid_from)
);

CREATE TABLE clinic.doctors (
  id integer PRIMARY KEY,
  full_name text NOT NULL,
  specialty text NOT NULL
);

CREATE TABLE clinic.patients (
  id integer PRIMARY KEY,
  medical_record_number text NOT NULL UNIQUE,
  full_name text NOT NULL,
  birth_date date NOT NULL,
  sex char(1) NOT NULL,
  ssn text NOT NULL,
  phone text,
  insurance_number text
);

CREATE TABLE clinic.appointments (
  id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES clinic.patients (id),
  doctor_id integer NOT NULL REFERENCES clinic.doctors (id),
  starts_at timestamptz NOT NULL,
  room text NOT NULL,
  cancelled boolean NOT NULL DEFAULT false
);

CREATE TABLE clinic.diagnoses (
  id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES clinic.patients (id),
  icd10_code text NOT NULL,
  description text NOT NULL,
  notes text,
  diagnosed_on date NOT NULL
);

CREATE TABLE clinic.prescriptions (
  id integer PRIMARY KEY,
  diagnosis_id integer NOT NULL REFERENCES clinic.diagnoses (id),
  medication text NOT NULL,
  dosage text NOT NULL
);

CREATE VIEW shop.customer_overview AS
SELECT c.id, c.first_name || ' ' || c.last_name AS customer, c.email AS contact, count(o.id) AS orders, coalesce(sum(o.total), 0) AS spent
FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id
GROUP BY c.id;

CREATE VIEW shop.big_spenders AS
SELECT id, customer, contact, spent FROM shop.customer_overview WHERE spent > 5000;

CREATE VIEW clinic.patient_summary AS
SELECT p.id, p.full_name AS patient, p.birth_date, d.icd10_code, d.description AS diagnosis
FROM clinic.patients p JOIN clinic.diagnoses d ON d.patient_id = p.id;

CREATE MATERIALIZED VIEW shop.daily_sales AS
SELECT ordered_at AS day, count(*) AS orders, sum(total) AS revenue FROM shop.orders GROUP BY ordered_at;

CREATE FUNCTION shop.order_total(wanted integer) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT sum(i.quantity * i.unit_price) FROM shop.order_items i WHERE i.order_id = wanted
$$;

CREATE FUNCTION people.years_employed(hired date) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN 2025 - date_part('year', hired)::integer;
END
$$;

CREATE FUNCTION shop.touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER customers_touch BEFORE UPDATE ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.touch_updated_at();
