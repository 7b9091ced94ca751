import { pairs, type Subject } from "../subject.ts";

const PATIENT = "Ottoline Featherstonehaugh";
const EMAIL = "ottoline.f@hospital-mail.example";
const INSURANCE = "943-57-2216";

export const clinic: Subject = {
  name: "clinic",
  ddl: `CREATE SCHEMA clinic;
CREATE TABLE clinic.departments (id integer PRIMARY KEY, name text NOT NULL, floor integer NOT NULL);
CREATE TABLE clinic.doctors (id integer PRIMARY KEY, department_id integer NOT NULL REFERENCES clinic.departments, full_name text NOT NULL, hired_on date NOT NULL);
CREATE TABLE clinic.patients (id integer PRIMARY KEY, full_name text NOT NULL, email text NOT NULL, ssn text NOT NULL, birth_date date NOT NULL, city text NOT NULL);
CREATE TABLE clinic.visits (id integer PRIMARY KEY, patient_id integer NOT NULL REFERENCES clinic.patients, doctor_id integer NOT NULL REFERENCES clinic.doctors, started_at timestamp NOT NULL, minutes integer NOT NULL, kind text NOT NULL CHECK (kind IN ('first', 'control', 'emergency')));
CREATE TABLE clinic.invoices (id integer PRIMARY KEY, visit_id integer NOT NULL REFERENCES clinic.visits, amount numeric(10, 2) NOT NULL, paid boolean NOT NULL);
COMMENT ON TABLE clinic.visits IS 'One row per visit. Asked for by ${EMAIL}.';
COMMENT ON COLUMN clinic.patients.ssn IS 'like ${INSURANCE}';
INSERT INTO clinic.departments SELECT n, (ARRAY['Surgery', 'Cardiology', 'Radiology', 'Paediatrics'])[n], n % 3 FROM generate_series(1, 4) AS n;
INSERT INTO clinic.doctors SELECT n, 1 + n % 4, 'Doctor ' || n, date '2015-01-01' + n * 100 FROM generate_series(1, 20) AS n;
INSERT INTO clinic.patients SELECT n, CASE n WHEN 7 THEN '${PATIENT}' ELSE 'Patient ' || n END, CASE n WHEN 7 THEN '${EMAIL}' ELSE 'patient' || n || '@example.com' END, CASE n WHEN 7 THEN '${INSURANCE}' ELSE '5' || lpad(n::text, 2, '0') || '-41-' || lpad((1000 + n)::text, 4, '0') END, date '1950-01-01' + n * 211, (ARRAY['Lund', 'Malmo', 'Ystad'])[1 + n % 3] FROM generate_series(1, 80) AS n;
INSERT INTO clinic.visits SELECT n, 1 + n % 80, 1 + n % 20, timestamp '2025-01-01' + n * interval '17 hours', 10 + n % 50, (ARRAY['first', 'control', 'emergency'])[1 + n % 3] FROM generate_series(1, 400) AS n;
INSERT INTO clinic.invoices SELECT n, n, 40 + n % 90, n % 4 <> 0 FROM generate_series(1, 400) AS n;
ANALYZE;`,
  document: `-- the case of ${PATIENT}
SELECT id FROM clinic.patients WHERE full_name = '${PATIENT}' OR ssn = '${INSURANCE}';
SELECT count(*) FROM clinic.visits WHERE kind = 'first';
UPDATE clinic.patients SET email = '${EMAIL}' WHERE id = 7;
`,
  markers: [PATIENT, EMAIL, INSURANCE],
  pairs: pairs(
    ["how many patients are there", "SELECT count(*) FROM clinic.patients"],
    ["how many visits of each kind were there", "SELECT kind, count(*) FROM clinic.visits GROUP BY kind"],
    ["names of the departments on floor 0", "SELECT name FROM clinic.departments WHERE floor = 0"],
    [
      "number of doctors per department",
      "SELECT d.name, count(*) FROM clinic.doctors o JOIN clinic.departments d ON d.id = o.department_id GROUP BY d.name",
    ],
    ["total amount of unpaid invoices", "SELECT sum(amount) FROM clinic.invoices WHERE NOT paid"],
    ["average minutes of a visit by kind", "SELECT kind, avg(minutes) FROM clinic.visits GROUP BY kind"],
    ["the 5 longest visits", "SELECT id, minutes FROM clinic.visits ORDER BY minutes DESC, id LIMIT 5"],
    [
      "visits in March 2025",
      "SELECT id FROM clinic.visits WHERE started_at >= timestamp '2025-03-01' AND started_at < timestamp '2025-04-01'",
    ],
    ["how many patients live in each city", "SELECT city, count(*) FROM clinic.patients GROUP BY city"],
    ["doctors hired before 2017", "SELECT id FROM clinic.doctors WHERE hired_on < date '2017-01-01'"],
    [
      "number of emergency visits per department",
      "SELECT d.name, count(*) FROM clinic.visits v JOIN clinic.doctors o ON o.id = v.doctor_id JOIN clinic.departments d ON d.id = o.department_id WHERE v.kind = 'emergency' GROUP BY d.name",
    ],
    [
      "revenue per department",
      "SELECT d.name, sum(i.amount) FROM clinic.invoices i JOIN clinic.visits v ON v.id = i.visit_id JOIN clinic.doctors o ON o.id = v.doctor_id JOIN clinic.departments d ON d.id = o.department_id GROUP BY d.name",
    ],
    [
      "doctors without visits",
      "SELECT o.id FROM clinic.doctors o LEFT JOIN clinic.visits v ON v.doctor_id = o.id WHERE v.id IS NULL",
    ],
    [
      "the first visit of each patient",
      "SELECT patient_id, min(started_at) FROM clinic.visits GROUP BY patient_id",
    ],
    [
      "patients with more than 4 visits",
      "SELECT patient_id FROM clinic.visits GROUP BY patient_id HAVING count(*) > 4",
    ],
    [
      "share of invoices that are paid",
      "SELECT avg(CASE WHEN paid THEN 1.0 ELSE 0 END) FROM clinic.invoices",
    ],
    [
      "visits per month",
      "SELECT date_trunc('month', started_at) AS month, count(*) FROM clinic.visits GROUP BY 1",
    ],
    ["e-mail addresses of patients in Lund", "SELECT email FROM clinic.patients WHERE city = 'Lund'"],
    ["highest invoice", "SELECT max(amount) FROM clinic.invoices"],
    ["mark invoice 400 as paid", "UPDATE clinic.invoices SET paid = true WHERE id = 400"],
  ),
};
