import { pairs, type Subject } from "../subject.ts";

const READER = "Clementine Abernathy-Voss";
const MAIL = "c.abernathy@readers.example";
const PHONE = "+44 20 7946 0958";

export const library: Subject = {
  name: "library",
  ddl: `CREATE SCHEMA lib;
CREATE TABLE lib.authors (id integer PRIMARY KEY, pen_name text NOT NULL, country text NOT NULL);
CREATE TABLE lib.books (id integer PRIMARY KEY, title text NOT NULL, author_id integer NOT NULL REFERENCES lib.authors, published_year integer NOT NULL, pages integer NOT NULL, genre text NOT NULL);
CREATE TABLE lib.copies (id integer PRIMARY KEY, book_id integer NOT NULL REFERENCES lib.books, shelf text NOT NULL, condition text NOT NULL CHECK (condition IN ('new', 'used', 'damaged')));
CREATE TABLE lib.readers (id integer PRIMARY KEY, full_name text NOT NULL, email text NOT NULL, phone text NOT NULL, joined_on date NOT NULL);
CREATE TABLE lib.loans (id integer PRIMARY KEY, copy_id integer NOT NULL REFERENCES lib.copies, reader_id integer NOT NULL REFERENCES lib.readers, lent_on date NOT NULL, returned_on date, fine numeric(6, 2) NOT NULL DEFAULT 0);
COMMENT ON TABLE lib.readers IS 'Contact ${MAIL} or ${PHONE}';
INSERT INTO lib.authors SELECT n, 'Author ' || n, (ARRAY['Norway', 'Chile', 'Japan'])[1 + n % 3] FROM generate_series(1, 15) AS n;
INSERT INTO lib.books SELECT n, 'Title ' || n, 1 + n % 15, 1980 + n % 45, 90 + n * 7 % 700, (ARRAY['crime', 'poetry', 'history', 'travel'])[1 + n % 4] FROM generate_series(1, 90) AS n;
INSERT INTO lib.copies SELECT n, 1 + n % 90, 'S' || n % 12, (ARRAY['new', 'used', 'damaged'])[1 + n % 3] FROM generate_series(1, 200) AS n;
INSERT INTO lib.readers SELECT n, CASE n WHEN 11 THEN '${READER}' ELSE 'Reader ' || n END, CASE n WHEN 11 THEN '${MAIL}' ELSE 'reader' || n || '@example.net' END, CASE n WHEN 11 THEN '${PHONE}' ELSE '+44 20 7946 0' || (100 + n) END, date '2020-01-01' + n * 13 FROM generate_series(1, 70) AS n;
INSERT INTO lib.loans SELECT n, 1 + n % 200, 1 + n % 70, date '2025-01-01' + n % 300, CASE WHEN n % 5 = 0 THEN NULL ELSE date '2025-01-01' + n % 300 + 10 + n % 30 END, n % 9 FROM generate_series(1, 500) AS n;
ANALYZE;`,
  document: `-- ${READER} called from ${PHONE}
SELECT id FROM lib.readers WHERE email = '${MAIL}';
DELETE FROM lib.readers WHERE full_name = '${READER}';
SELECT title FROM lib.books WHERE genre = 'crime';
`,
  markers: [READER, MAIL, PHONE],
  pairs: pairs(
    ["how many books are there per genre", "SELECT genre, count(*) FROM lib.books GROUP BY genre"],
    ["titles published in 1999", "SELECT title FROM lib.books WHERE published_year = 1999"],
    ["the 10 thickest books", "SELECT title, pages FROM lib.books ORDER BY pages DESC, id LIMIT 10"],
    ["average number of pages by genre", "SELECT genre, avg(pages) FROM lib.books GROUP BY genre"],
    ["damaged copies", "SELECT id FROM lib.copies WHERE condition = 'damaged'"],
    ["number of copies per book", "SELECT book_id, count(*) FROM lib.copies GROUP BY book_id"],
    ["loans that were not returned", "SELECT id FROM lib.loans WHERE returned_on IS NULL"],
    ["total fines", "SELECT sum(fine) FROM lib.loans"],
    ["loans per month", "SELECT date_trunc('month', lent_on) AS month, count(*) FROM lib.loans GROUP BY 1"],
    [
      "books of authors from Japan",
      "SELECT b.title FROM lib.books b JOIN lib.authors a ON a.id = b.author_id WHERE a.country = 'Japan'",
    ],
    [
      "number of books per country",
      "SELECT a.country, count(*) FROM lib.books b JOIN lib.authors a ON a.id = b.author_id GROUP BY a.country",
    ],
    ["readers who joined before 2021", "SELECT id FROM lib.readers WHERE joined_on < date '2021-01-01'"],
    [
      "readers without loans",
      "SELECT r.id FROM lib.readers r LEFT JOIN lib.loans l ON l.reader_id = r.id WHERE l.id IS NULL",
    ],
    [
      "most lent genre",
      "SELECT b.genre FROM lib.loans l JOIN lib.copies c ON c.id = l.copy_id JOIN lib.books b ON b.id = c.book_id GROUP BY b.genre ORDER BY count(*) DESC, b.genre LIMIT 1",
    ],
    [
      "readers with more than 7 loans",
      "SELECT reader_id FROM lib.loans GROUP BY reader_id HAVING count(*) > 7",
    ],
    ["loans of more than 30 days", "SELECT id FROM lib.loans WHERE returned_on - lent_on > 30"],
    ["how many copies stand on each shelf", "SELECT shelf, count(*) FROM lib.copies GROUP BY shelf"],
    ["newest book of each author", "SELECT author_id, max(published_year) FROM lib.books GROUP BY author_id"],
    [
      "loans in June 2025",
      "SELECT id FROM lib.loans WHERE lent_on >= date '2025-06-01' AND lent_on < date '2025-07-01'",
    ],
    ["delete loan 12", "DELETE FROM lib.loans WHERE id = 12"],
  ),
};
