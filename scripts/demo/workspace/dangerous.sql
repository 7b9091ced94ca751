-- Try these: each is stopped, with the reason and what to do instead.

DELETE FROM shop.order_items;

UPDATE people.salaries SET salary = salary * 2 WHERE true;

DROP TABLE clinic.patients;

-- Nobody needs to see a number to guess it digit by digit.
SELECT count(*) FROM people.employees WHERE ssn LIKE '1%';
