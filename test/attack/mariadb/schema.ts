/**
 * A small shop with a clinic: one of everything MariaDB has that data can pass through. Objects are ordinary ones,
 * such as a real database has; what an attacker adds, the attacks add themselves. Statements are apart, for bodies
 * hold semicolons.
 */
export const SCHEMA: readonly string[] = [
  `CREATE TABLE customers (
    id INT PRIMARY KEY,
    full_name VARCHAR(120) NOT NULL,
    email VARCHAR(120) NOT NULL UNIQUE,
    phone VARCHAR(40),
    ssn VARCHAR(20),
    date_of_birth DATE,
    city VARCHAR(40) NOT NULL,
    tier ENUM('basic', 'gold') NOT NULL DEFAULT 'basic',
    profile JSON NOT NULL DEFAULT '{}',
    email_domain VARCHAR(120) AS (SUBSTRING_INDEX(email, '@', -1)) STORED,
    contact_line VARCHAR(300) AS (CONCAT(full_name, ' <', email, '>')) VIRTUAL,
    updated_at DATETIME NOT NULL DEFAULT '2025-01-01'
  )`,
  `CREATE TABLE cards (
    id INT PRIMARY KEY,
    customer_id INT NOT NULL,
    holder_name VARCHAR(120) NOT NULL,
    card_number VARCHAR(30) NOT NULL UNIQUE,
    brand VARCHAR(20) NOT NULL,
    expires VARCHAR(10) NOT NULL,
    FOREIGN KEY (customer_id) REFERENCES customers (id)
  )`,
  `CREATE TABLE products (
    id INT PRIMARY KEY,
    sku VARCHAR(40) NOT NULL UNIQUE,
    title VARCHAR(200) NOT NULL,
    category VARCHAR(40) NOT NULL,
    price DECIMAL(10, 2) NOT NULL,
    in_stock INT NOT NULL
  )`,
  `CREATE TABLE orders (
    id INT NOT NULL,
    customer_id INT NOT NULL,
    product_id INT NOT NULL,
    status ENUM('new', 'paid', 'shipped') NOT NULL,
    quantity INT NOT NULL,
    ordered_at DATE NOT NULL,
    PRIMARY KEY (id, ordered_at),
    KEY orders_customer (customer_id)
  ) PARTITION BY RANGE (YEAR(ordered_at)) (
    PARTITION p2024 VALUES LESS THAN (2025), PARTITION p2025 VALUES LESS THAN (2026)
  )`,
  `CREATE TABLE support_tickets (
    id INT PRIMARY KEY,
    customer_id INT NOT NULL,
    subject VARCHAR(120) NOT NULL,
    message TEXT NOT NULL,
    payload JSON NOT NULL,
    priority INT NOT NULL DEFAULT 1,
    FULLTEXT KEY words (message)
  )`,
  `CREATE TABLE api_clients (
    id INT PRIMARY KEY,
    label VARCHAR(40) NOT NULL,
    api_key VARCHAR(120) NOT NULL UNIQUE,
    rate_limit INT NOT NULL,
    last_ip VARCHAR(40)
  )`,
  `CREATE TABLE events (id BIGINT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(200) NOT NULL)`,
  `CREATE TABLE employees (
    id INT PRIMARY KEY,
    manager_id INT,
    full_name VARCHAR(120) NOT NULL,
    work_email VARCHAR(120) NOT NULL,
    department VARCHAR(40) NOT NULL,
    salary INT NOT NULL,
    hired_on DATE NOT NULL
  )`,
  `CREATE TABLE patients (
    id INT PRIMARY KEY,
    full_name VARCHAR(120) NOT NULL,
    birth_date DATE NOT NULL,
    medical_record_number VARCHAR(20) NOT NULL UNIQUE,
    diagnosis VARCHAR(200) NOT NULL,
    ward VARCHAR(20) NOT NULL
  )`,
  `CREATE SEQUENCE ticket_numbers START WITH 100`,
  `CREATE ALGORITHM = TEMPTABLE VIEW customer_overview AS
    SELECT c.id, c.full_name AS customer, c.email AS contact, c.city, COUNT(o.id) AS orders
    FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id`,
  `CREATE ALGORITHM = MERGE VIEW contact_list AS SELECT id, contact AS reach, city FROM customer_overview`,
  `CREATE VIEW catalogue AS SELECT id, sku, title, price FROM products WHERE in_stock > 0`,
  `CREATE VIEW payroll AS SELECT id, department, salary AS amount FROM employees`,
  `CREATE ALGORITHM = MERGE VIEW ticket_inbox AS SELECT id, subject, priority FROM support_tickets`,
  `CREATE FUNCTION contact_of(wanted INT) RETURNS VARCHAR(200) READS SQL DATA SQL SECURITY DEFINER
    RETURN (SELECT email FROM customers WHERE id = wanted)`,
  `CREATE FUNCTION product_title(wanted INT) RETURNS VARCHAR(200) READS SQL DATA
    RETURN (SELECT title FROM products WHERE id = wanted)`,
  `CREATE FUNCTION number_of(wanted INT) RETURNS VARCHAR(200) READS SQL DATA SQL SECURITY DEFINER
   BEGIN
     DECLARE found VARCHAR(200);
     DECLARE c CURSOR FOR SELECT card_number FROM cards WHERE customer_id = wanted ORDER BY id;
     OPEN c;
     FETCH c INTO found;
     CLOSE c;
     RETURN found;
   END`,
  `CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2`,
  `CREATE PROCEDURE people_of(IN wanted VARCHAR(40)) SQL SECURITY DEFINER
    SELECT id, full_name FROM customers WHERE city = wanted`,
  `CREATE PROCEDURE find_email(IN wanted INT, OUT found VARCHAR(200)) SQL SECURITY DEFINER
    SELECT email INTO found FROM customers WHERE id = wanted`,
  `CREATE PROCEDURE complain(IN wanted INT) SQL SECURITY DEFINER
   BEGIN
     DECLARE found VARCHAR(128);
     SELECT email INTO found FROM customers WHERE id = wanted;
     SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = found;
   END`,
  `CREATE PROCEDURE note(IN what VARCHAR(200)) INSERT INTO events (what) VALUES (what)`,
  `CREATE TRIGGER customers_touch BEFORE UPDATE ON customers FOR EACH ROW SET NEW.updated_at = '2025-06-01'`,
  `CREATE TRIGGER tickets_log AFTER INSERT ON support_tickets FOR EACH ROW
    INSERT INTO events (what) VALUES (CONCAT('ticket ', NEW.id))`,
];
