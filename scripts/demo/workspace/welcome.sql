-- Pick a connection in the status bar, put the cursor into a statement, press Ctrl+Enter (Cmd+Enter).

-- Personal data is masked where it stands; hover over a marked column to see why.
SELECT id, first_name, last_name, email, phone
FROM shop.customers
ORDER BY id
LIMIT 100;

-- A star brings in what it brings in.
SELECT * FROM shop.cards LIMIT 50;

-- Another name hides nothing, and neither does a view over a view.
SELECT customer AS harmless, contact AS also_harmless, spent
FROM shop.big_spenders
ORDER BY spent DESC;
