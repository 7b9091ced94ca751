import { pairs, type Subject } from "../subject.ts";

const DRIVER = "Thaddeus Okonkwo-Lindqvist";
const PLATE_MAIL = "thaddeus@drivers.example";
const ADDRESS = "742 Evergreen Terrace";

export const freight: Subject = {
  name: "freight",
  ddl: `CREATE SCHEMA freight;
CREATE TABLE freight.depots (id integer PRIMARY KEY, code text NOT NULL UNIQUE, region text NOT NULL);
CREATE TABLE freight.drivers (id integer PRIMARY KEY, full_name text NOT NULL, email text NOT NULL, home_address text NOT NULL, depot_id integer NOT NULL REFERENCES freight.depots);
CREATE TABLE freight.trucks (id integer PRIMARY KEY, depot_id integer NOT NULL REFERENCES freight.depots, capacity_kg integer NOT NULL, built_year integer NOT NULL);
CREATE TABLE freight.shipments (id integer PRIMARY KEY, from_depot integer NOT NULL REFERENCES freight.depots (id), to_depot integer NOT NULL REFERENCES freight.depots (id), weight_kg integer NOT NULL, status text NOT NULL CHECK (status IN ('planned', 'moving', 'delivered', 'lost')), sent_at timestamp NOT NULL, delivered_at timestamp);
CREATE TABLE freight.legs (id integer PRIMARY KEY, shipment_id integer NOT NULL REFERENCES freight.shipments, truck_id integer NOT NULL REFERENCES freight.trucks, driver_id integer NOT NULL REFERENCES freight.drivers, km integer NOT NULL, fuel_l numeric(8, 1) NOT NULL);
COMMENT ON COLUMN freight.drivers.home_address IS 'such as ${ADDRESS}';
COMMENT ON TABLE freight.legs IS 'Report to ${PLATE_MAIL}';
INSERT INTO freight.depots SELECT n, 'D' || n, (ARRAY['north', 'south', 'east'])[1 + n % 3] FROM generate_series(1, 9) AS n;
INSERT INTO freight.drivers SELECT n, CASE n WHEN 4 THEN '${DRIVER}' ELSE 'Driver ' || n END, CASE n WHEN 4 THEN '${PLATE_MAIL}' ELSE 'driver' || n || '@example.org' END, CASE n WHEN 4 THEN '${ADDRESS}' ELSE n || ' Main Street' END, 1 + n % 9 FROM generate_series(1, 40) AS n;
INSERT INTO freight.trucks SELECT n, 1 + n % 9, 3000 + n * 250 % 9000, 2008 + n % 15 FROM generate_series(1, 30) AS n;
INSERT INTO freight.shipments SELECT n, 1 + n % 9, 1 + (n * 4) % 9, 50 + n * 17 % 2000, (ARRAY['planned', 'moving', 'delivered', 'lost'])[1 + n % 4], timestamp '2025-03-01' + n * interval '3 hours', CASE WHEN n % 4 = 2 THEN timestamp '2025-03-01' + n * interval '3 hours' + (n % 72) * interval '1 hour' END FROM generate_series(1, 700) AS n;
INSERT INTO freight.legs SELECT n, 1 + n % 700, 1 + n % 30, 1 + n % 40, 20 + n * 13 % 600, (n * 7 % 900) / 10.0 FROM generate_series(1, 1400) AS n;
ANALYZE;`,
  document: `SELECT id FROM freight.drivers WHERE home_address = '${ADDRESS}' AND email <> '${PLATE_MAIL}';
SELECT id FROM freight.shipments WHERE status = 'lost';
INSERT INTO freight.drivers VALUES (99, '${DRIVER}', '${PLATE_MAIL}', '${ADDRESS}', 1);
`,
  markers: [DRIVER, PLATE_MAIL, ADDRESS],
  pairs: pairs(
    [
      "how many shipments are there per status",
      "SELECT status, count(*) FROM freight.shipments GROUP BY status",
    ],
    [
      "total weight of delivered shipments",
      "SELECT sum(weight_kg) FROM freight.shipments WHERE status = 'delivered'",
    ],
    ["lost shipments", "SELECT id FROM freight.shipments WHERE status = 'lost'"],
    [
      "number of trucks per depot code",
      "SELECT d.code, count(*) FROM freight.trucks t JOIN freight.depots d ON d.id = t.depot_id GROUP BY d.code",
    ],
    ["total km per driver", "SELECT driver_id, sum(km) FROM freight.legs GROUP BY driver_id"],
    [
      "the 5 heaviest shipments",
      "SELECT id, weight_kg FROM freight.shipments ORDER BY weight_kg DESC, id LIMIT 5",
    ],
    [
      "average fuel per km by truck",
      "SELECT truck_id, sum(fuel_l) / sum(km) FROM freight.legs GROUP BY truck_id",
    ],
    [
      "shipments sent in April 2025",
      "SELECT id FROM freight.shipments WHERE sent_at >= timestamp '2025-04-01' AND sent_at < timestamp '2025-05-01'",
    ],
    [
      "shipments per region of the sending depot",
      "SELECT d.region, count(*) FROM freight.shipments s JOIN freight.depots d ON d.id = s.from_depot GROUP BY d.region",
    ],
    ["trucks built before 2012", "SELECT id FROM freight.trucks WHERE built_year < 2012"],
    [
      "average hours until delivery",
      "SELECT avg(extract(epoch FROM delivered_at - sent_at) / 3600) FROM freight.shipments WHERE delivered_at IS NOT NULL",
    ],
    [
      "depots without drivers",
      "SELECT d.code FROM freight.depots d LEFT JOIN freight.drivers r ON r.depot_id = d.id WHERE r.id IS NULL",
    ],
    ["shipments that stay in their depot", "SELECT id FROM freight.shipments WHERE from_depot = to_depot"],
    [
      "trucks that drove more than 15000 km",
      "SELECT truck_id FROM freight.legs GROUP BY truck_id HAVING sum(km) > 15000",
    ],
    ["longest leg", "SELECT max(km) FROM freight.legs"],
    ["number of legs per shipment", "SELECT shipment_id, count(*) FROM freight.legs GROUP BY shipment_id"],
    [
      "total capacity by region",
      "SELECT d.region, sum(t.capacity_kg) FROM freight.trucks t JOIN freight.depots d ON d.id = t.depot_id GROUP BY d.region",
    ],
    [
      "shipments per week",
      "SELECT date_trunc('week', sent_at) AS week, count(*) FROM freight.shipments GROUP BY 1",
    ],
    [
      "how many shipments were delivered within 24 hours",
      "SELECT count(*) FROM freight.shipments WHERE delivered_at - sent_at <= interval '24 hours'",
    ],
    ["mark shipment 8 as delivered", "UPDATE freight.shipments SET status = 'delivered' WHERE id = 8"],
  ),
};
