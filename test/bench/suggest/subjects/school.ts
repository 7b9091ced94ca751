import { pairs, type Subject } from "../subject.ts";

const PUPIL = "Persephone Drinkwater-Hale";
const PARENT = "drinkwater.family@parents.example";
const KEY = "sk_live_51HqTz2LkQdXvB8nRmYw7PcJ";

export const school: Subject = {
  name: "school",
  ddl: `CREATE SCHEMA school;
CREATE TABLE school.classes (id integer PRIMARY KEY, grade integer NOT NULL, letter text NOT NULL, room text NOT NULL);
CREATE TABLE school.pupils (id integer PRIMARY KEY, full_name text NOT NULL, parent_email text NOT NULL, birth_date date NOT NULL, class_id integer NOT NULL REFERENCES school.classes);
CREATE TABLE school.subjects (id integer PRIMARY KEY, title text NOT NULL, hours integer NOT NULL);
CREATE TABLE school.marks (id integer PRIMARY KEY, pupil_id integer NOT NULL REFERENCES school.pupils, subject_id integer NOT NULL REFERENCES school.subjects, mark integer NOT NULL, given_on date NOT NULL);
CREATE TABLE school.absences (id integer PRIMARY KEY, pupil_id integer NOT NULL REFERENCES school.pupils, day date NOT NULL, excused boolean NOT NULL);
CREATE TABLE school.integrations (id integer PRIMARY KEY, name text NOT NULL, api_key text NOT NULL);
COMMENT ON TABLE school.integrations IS 'Key of the test system: ${KEY}';
COMMENT ON COLUMN school.pupils.parent_email IS 'e.g. ${PARENT}';
INSERT INTO school.classes SELECT n, 1 + (n - 1) / 2, (ARRAY['a', 'b'])[1 + n % 2], 'R' || n FROM generate_series(1, 12) AS n;
INSERT INTO school.pupils SELECT n, CASE n WHEN 21 THEN '${PUPIL}' ELSE 'Pupil ' || n END, CASE n WHEN 21 THEN '${PARENT}' ELSE 'parent' || n || '@example.com' END, date '2010-01-01' + n * 19, 1 + n % 12 FROM generate_series(1, 150) AS n;
INSERT INTO school.subjects SELECT n, (ARRAY['Maths', 'Music', 'Latin', 'Sport', 'Art'])[n], n + 1 FROM generate_series(1, 5) AS n;
INSERT INTO school.marks SELECT n, 1 + n % 150, 1 + n % 5, 1 + n * 7 % 6, date '2025-01-10' + n % 120 FROM generate_series(1, 1200) AS n;
INSERT INTO school.absences SELECT n, 1 + n * 3 % 150, date '2025-01-10' + n % 100, n % 3 <> 0 FROM generate_series(1, 300) AS n;
INSERT INTO school.integrations VALUES (1, 'Library', '${KEY}'), (2, 'Canteen', 'sk_live_41AbCdEfGhIjKlMnOpQrStUv');
ANALYZE;`,
  document: `SELECT id FROM school.integrations WHERE api_key = '${KEY}';
-- mail to ${PARENT} about ${PUPIL}
SELECT m.mark FROM school.marks m JOIN school.pupils p ON p.id = m.pupil_id WHERE p.full_name = '${PUPIL}';
`,
  markers: [PUPIL, PARENT, KEY],
  pairs: pairs(
    [
      "how many pupils are in each grade",
      "SELECT c.grade, count(*) FROM school.pupils p JOIN school.classes c ON c.id = p.class_id GROUP BY c.grade",
    ],
    [
      "average mark per subject",
      "SELECT s.title, avg(m.mark) FROM school.marks m JOIN school.subjects s ON s.id = m.subject_id GROUP BY s.title",
    ],
    ["unexcused absences", "SELECT id FROM school.absences WHERE NOT excused"],
    ["number of absences per pupil", "SELECT pupil_id, count(*) FROM school.absences GROUP BY pupil_id"],
    ["subjects with more than 3 hours", "SELECT title FROM school.subjects WHERE hours > 3"],
    [
      "marks given in February 2025",
      "SELECT id FROM school.marks WHERE given_on >= date '2025-02-01' AND given_on < date '2025-03-01'",
    ],
    ["how many marks of each value", "SELECT mark, count(*) FROM school.marks GROUP BY mark"],
    [
      "pupils without absences",
      "SELECT p.id FROM school.pupils p WHERE NOT EXISTS (SELECT 1 FROM school.absences a WHERE a.pupil_id = p.id)",
    ],
    ["rooms of grade 3", "SELECT room FROM school.classes WHERE grade = 3"],
    [
      "the 10 pupils with the most absences",
      "SELECT pupil_id, count(*) FROM school.absences GROUP BY pupil_id ORDER BY count(*) DESC, pupil_id LIMIT 10",
    ],
    ["total hours of all subjects", "SELECT sum(hours) FROM school.subjects"],
    [
      "average mark per class",
      "SELECT p.class_id, avg(m.mark) FROM school.marks m JOIN school.pupils p ON p.id = m.pupil_id GROUP BY p.class_id",
    ],
    [
      "absences per month",
      "SELECT date_trunc('month', day) AS month, count(*) FROM school.absences GROUP BY 1",
    ],
    [
      "best mark in Latin",
      "SELECT min(m.mark) FROM school.marks m JOIN school.subjects s ON s.id = m.subject_id WHERE s.title = 'Latin'",
    ],
    [
      "pupils with an average mark above 4",
      "SELECT pupil_id FROM school.marks GROUP BY pupil_id HAVING avg(mark) > 4",
    ],
    ["number of classes per letter", "SELECT letter, count(*) FROM school.classes GROUP BY letter"],
    ["share of excused absences", "SELECT avg(CASE WHEN excused THEN 1.0 ELSE 0 END) FROM school.absences"],
    ["how many integrations are there", "SELECT count(*) FROM school.integrations"],
    ["days with more than 3 absences", "SELECT day FROM school.absences GROUP BY day HAVING count(*) > 3"],
    [
      "add the subject Chess with 2 hours",
      "INSERT INTO school.subjects (id, title, hours) VALUES (6, 'Chess', 2)",
    ],
  ),
};
