import { pairs, type Subject } from "../subject.ts";

const CARD = "5425233430109903";
const IBAN = "DE89370400440532013000";
const OWNER = "Bartholomew Quisling-Marsh";

export const bank: Subject = {
  name: "bank",
  ddl: `CREATE SCHEMA bank;
CREATE TYPE bank.account_kind AS ENUM ('giro', 'savings', 'credit');
CREATE TABLE bank.branches (id integer PRIMARY KEY, town text NOT NULL, opened_on date NOT NULL);
CREATE TABLE bank.holders (id integer PRIMARY KEY, full_name text NOT NULL, phone text NOT NULL, branch_id integer NOT NULL REFERENCES bank.branches);
CREATE TABLE bank.accounts (id integer PRIMARY KEY, holder_id integer NOT NULL REFERENCES bank.holders, iban text NOT NULL, kind bank.account_kind NOT NULL, balance numeric(12, 2) NOT NULL, opened_on date NOT NULL);
CREATE TABLE bank.cards (id integer PRIMARY KEY, account_id integer NOT NULL REFERENCES bank.accounts, card_number text NOT NULL, expires_on date NOT NULL, blocked boolean NOT NULL);
CREATE TABLE bank.transfers (id integer PRIMARY KEY, from_account integer NOT NULL REFERENCES bank.accounts (id), to_account integer NOT NULL REFERENCES bank.accounts (id), amount numeric(12, 2) NOT NULL, booked_at timestamp NOT NULL, state text NOT NULL CHECK (state IN ('booked', 'pending', 'returned')));
COMMENT ON TABLE bank.cards IS 'Test card is ${CARD}';
COMMENT ON COLUMN bank.accounts.iban IS 'e.g. ${IBAN}';
INSERT INTO bank.branches SELECT n, (ARRAY['Bonn', 'Ulm', 'Jena', 'Kiel', 'Trier'])[n], date '1990-01-01' + n * 900 FROM generate_series(1, 5) AS n;
INSERT INTO bank.holders SELECT n, CASE n WHEN 3 THEN '${OWNER}' ELSE 'Holder ' || n END, '+49 30 ' || (1234567 + n), 1 + n % 5 FROM generate_series(1, 60) AS n;
INSERT INTO bank.accounts SELECT n, 1 + n % 60, CASE n WHEN 5 THEN '${IBAN}' ELSE 'DE' || (10 + n % 80) || lpad((n * 7919)::text, 18, '0') END, (ARRAY['giro', 'savings', 'credit']::bank.account_kind[])[1 + n % 3], n * 37 % 5000, date '2018-01-01' + n * 11 FROM generate_series(1, 120) AS n;
INSERT INTO bank.cards SELECT n, n, CASE n WHEN 9 THEN '${CARD}' ELSE '4' || lpad((n * 104729)::text, 15, '0') END, date '2026-01-01' + n * 9, n % 7 = 0 FROM generate_series(1, 100) AS n;
INSERT INTO bank.transfers SELECT n, 1 + n % 120, 1 + (n * 7) % 120, n % 300 + 1, timestamp '2025-02-01' + n * interval '5 hours', (ARRAY['booked', 'pending', 'returned'])[1 + n % 3] FROM generate_series(1, 600) AS n;
ANALYZE;`,
  document: `SELECT balance FROM bank.accounts WHERE iban = '${IBAN}';
SELECT id FROM bank.cards WHERE card_number IN ('${CARD}');
SELECT id, full_nam FROM bank.holders WHERE full_name = '${OWNER}';
`,
  markers: [CARD, IBAN, OWNER],
  pairs: pairs(
    ["how many accounts are there of each kind", "SELECT kind, count(*) FROM bank.accounts GROUP BY kind"],
    [
      "total balance of all savings accounts",
      "SELECT sum(balance) FROM bank.accounts WHERE kind = 'savings'",
    ],
    ["average balance by kind", "SELECT kind, avg(balance) FROM bank.accounts GROUP BY kind"],
    [
      "number of holders per branch town",
      "SELECT b.town, count(*) FROM bank.holders h JOIN bank.branches b ON b.id = h.branch_id GROUP BY b.town",
    ],
    ["blocked cards", "SELECT id FROM bank.cards WHERE blocked"],
    ["how many transfers are pending", "SELECT count(*) FROM bank.transfers WHERE state = 'pending'"],
    ["the 10 largest transfers", "SELECT id, amount FROM bank.transfers ORDER BY amount DESC, id LIMIT 10"],
    [
      "transfers booked in April 2025",
      "SELECT id FROM bank.transfers WHERE state = 'booked' AND booked_at >= timestamp '2025-04-01' AND booked_at < timestamp '2025-05-01'",
    ],
    [
      "total amount transferred per month",
      "SELECT date_trunc('month', booked_at) AS month, sum(amount) FROM bank.transfers GROUP BY 1",
    ],
    [
      "accounts without a card",
      "SELECT a.id FROM bank.accounts a WHERE NOT EXISTS (SELECT 1 FROM bank.cards c WHERE c.account_id = a.id)",
    ],
    ["oldest branch", "SELECT town FROM bank.branches ORDER BY opened_on LIMIT 1"],
    ["accounts opened before 2019", "SELECT id FROM bank.accounts WHERE opened_on < date '2019-01-01'"],
    [
      "cards that expire in 2026",
      "SELECT id FROM bank.cards WHERE expires_on BETWEEN date '2026-01-01' AND date '2026-12-31'",
    ],
    [
      "total balance per branch",
      "SELECT b.town, sum(a.balance) FROM bank.accounts a JOIN bank.holders h ON h.id = a.holder_id JOIN bank.branches b ON b.id = h.branch_id GROUP BY b.town",
    ],
    [
      "holders with more than one account",
      "SELECT holder_id FROM bank.accounts GROUP BY holder_id HAVING count(*) > 1",
    ],
    [
      "share of returned transfers",
      "SELECT avg(CASE WHEN state = 'returned' THEN 1.0 ELSE 0 END) FROM bank.transfers",
    ],
    [
      "accounts that received more than 900 in total",
      "SELECT to_account FROM bank.transfers GROUP BY to_account HAVING sum(amount) > 900",
    ],
    ["number of transfers per state", "SELECT state, count(*) FROM bank.transfers GROUP BY state"],
    ["highest balance of a giro account", "SELECT max(balance) FROM bank.accounts WHERE kind = 'giro'"],
    ["phone numbers of holders in branch 2", "SELECT phone FROM bank.holders WHERE branch_id = 2"],
  ),
};
