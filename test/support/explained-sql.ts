/** Tables with one problem each, a second to make: what their queries do wrong shows in milliseconds. */
export const EXPLAINED_SQL = `
  CREATE SCHEMA lab;
  CREATE TABLE lab.customers (id int PRIMARY KEY, city text NOT NULL);
  INSERT INTO lab.customers SELECT i, 'city' || i % 50 FROM generate_series(1, 5000) i;
  CREATE TABLE lab.orders (id int PRIMARY KEY, customer_id int NOT NULL, total int NOT NULL, note text NOT NULL);
  INSERT INTO lab.orders SELECT i, i % 5000 + 1, i * 7919 % 1000, repeat('x', 60) FROM generate_series(1, 100000) i;
  CREATE INDEX orders_total_idx ON lab.orders (total);
  CREATE TABLE lab.visits (site int NOT NULL, at int NOT NULL, note text NOT NULL);
  INSERT INTO lab.visits SELECT i % 3000, i / 3000, repeat('x', 60) FROM generate_series(0, 59999) i;
  CREATE INDEX visits_site_at_idx ON lab.visits (site, at);
  CREATE TABLE lab.changed (id int PRIMARY KEY, note text NOT NULL);
  INSERT INTO lab.changed SELECT i, 'x' FROM generate_series(1, 40000) i;
  CREATE TABLE lab.documents (id int PRIMARY KEY, body text NOT NULL);
  INSERT INTO lab.documents SELECT i, repeat('x', 1500) FROM generate_series(1, 5000) i;
  CREATE TABLE lab.measured (at date NOT NULL, value int NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE lab.measured_q1 PARTITION OF lab.measured FOR VALUES FROM ('2026-01-01') TO ('2026-04-01');
  CREATE TABLE lab.measured_q2 PARTITION OF lab.measured FOR VALUES FROM ('2026-04-01') TO ('2026-07-01');
  CREATE TABLE lab.measured_q3 PARTITION OF lab.measured FOR VALUES FROM ('2026-07-01') TO ('2026-10-01');
  CREATE TABLE lab.measured_q4 PARTITION OF lab.measured FOR VALUES FROM ('2026-10-01') TO ('2027-01-01');
  INSERT INTO lab.measured SELECT date '2026-01-01' + i % 365, i FROM generate_series(1, 60000) i;
  CREATE TABLE lab.parents (id int PRIMARY KEY);
  INSERT INTO lab.parents SELECT generate_series(1, 2000);
  CREATE TABLE lab.children (id int PRIMARY KEY, parent_id int REFERENCES lab.parents);
  INSERT INTO lab.children SELECT i, i % 1000 + 1 FROM generate_series(1, 20000) i`;

export const EXPLAINED_TABLES =
  'lab.customers, lab.orders, lab.visits, lab.changed, lab.documents, lab.measured, lab.parents, lab.children';
