import type { CaseData } from '../rule-cases.ts';

const SCHEMA = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text, email varchar(40) UNIQUE, region_id int, cap int);
  CREATE TABLE regions (id int PRIMARY KEY, name varchar(20) NOT NULL, area text, rate numeric);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, agent_id int, status text NOT NULL,
                       total int NOT NULL, discount int, placed_at timestamptz NOT NULL, day date, weight numeric, ratio float8,
                       UNIQUE (placed_at, id));
  CREATE INDEX ON orders (customer_id, placed_at DESC, id DESC);
  CREATE INDEX ON orders (status);
  CREATE INDEX ON orders (agent_id);
  CREATE TABLE items (order_id int, product_id int NOT NULL, qty int NOT NULL, price int);
  CREATE INDEX ON items (order_id);
  CREATE TABLE blocked (customer_id int NOT NULL, agent_id int, reason text);
  CREATE TABLE base (id int PRIMARY KEY, k int NOT NULL);
  CREATE TABLE child () INHERITS (base);
  CREATE COLLATION blind (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
  CREATE TABLE tokens (id int PRIMARY KEY, code int NOT NULL UNIQUE DEFERRABLE, part int, number int NOT NULL, word text COLLATE blind);
  CREATE UNIQUE INDEX ON tokens (number) WHERE part = 1;
  CREATE VIEW recent AS SELECT * FROM orders WHERE total > 10;
  INSERT INTO regions SELECT g, 'region ' || g, 'area ' || g % 2, g FROM generate_series(1, 4) g;
  INSERT INTO customers SELECT g, 'customer ' || g % 17, 'city ' || g % 5, 'mail' || g, g % 5 + 1, g * 10 FROM generate_series(1, 25) g;
  INSERT INTO orders SELECT g, g * 7 % 20 + 1, g % 6, (ARRAY['new', 'paid', 'sent'])[g % 3 + 1], g * 37 % 101, g % 10 + 1,
                            '2026-03-29 00:00+00'::timestamptz + g * interval '37 minutes', date '2026-01-01' + g % 9, g, g
                       FROM generate_series(1, 120) g;
  INSERT INTO items SELECT g % 90 + 1, g % 13, g % 4 + 1, g % 50 FROM generate_series(1, 200) g;
  INSERT INTO blocked SELECT g * 3, g, 'reason ' || g FROM generate_series(1, 6) g;
  INSERT INTO tokens SELECT g, g, g % 2, g, (ARRAY['new', 'paid', 'sent'])[g % 3 + 1] FROM generate_series(1, 20) g;
  INSERT INTO base SELECT g, g % 5 FROM generate_series(1, 20) g;`;

const NULLS = `
  UPDATE customers SET city = NULL WHERE id % 4 = 0; UPDATE customers SET region_id = NULL WHERE id % 3 = 0;
  UPDATE customers SET email = NULL WHERE id % 5 = 0; UPDATE customers SET cap = NULL WHERE id % 6 = 0;
  UPDATE orders SET agent_id = NULL WHERE id % 5 = 0; UPDATE orders SET discount = NULL WHERE id % 4 = 0;
  UPDATE orders SET day = NULL WHERE id % 7 = 0; UPDATE orders SET weight = NULL WHERE id % 8 = 0;
  UPDATE regions SET area = NULL WHERE id = 2; UPDATE regions SET rate = NULL WHERE id = 3;
  UPDATE items SET order_id = NULL WHERE product_id = 3; UPDATE items SET price = NULL WHERE product_id % 2 = 0;
  INSERT INTO blocked VALUES (4, NULL, NULL), (5, 3, 'x');`;

const TIES = `
  UPDATE orders SET placed_at = '2026-03-29 01:30+00' WHERE id % 2 = 0; UPDATE orders SET total = 50 WHERE id % 3 <> 0;
  UPDATE customers SET name = 'same', city = 'same' WHERE id % 2 = 0; UPDATE orders SET agent_id = 1, discount = 3 WHERE id % 2 = 1;
  INSERT INTO items SELECT * FROM items WHERE product_id < 5; INSERT INTO blocked SELECT * FROM blocked;
  INSERT INTO child SELECT id, k FROM base WHERE id < 9; UPDATE orders SET weight = 1.0 WHERE id % 3 = 0;
  UPDATE orders SET weight = 1.00 WHERE id % 6 = 0; UPDATE orders SET status = 'NEW' WHERE id % 9 = 0;`;

const FEW = (table: string) => `DELETE FROM ${table} WHERE ctid <> (SELECT min(ctid) FROM ${table});`;

/** Orders, what they consist of, and whom they are for: for rules that change the shape of a query. */
export const SHOP: CaseData = {
  name: 'a shop',
  schema: SCHEMA,
  states: {
    NULLs: NULLS,
    'duplicates and ties': TIES,
    'NULLs and ties': NULLS + TIES,
    'only NULLs': `UPDATE customers SET city = NULL, region_id = NULL, email = NULL, cap = NULL;
    UPDATE orders SET agent_id = NULL, discount = NULL, day = NULL, weight = NULL;
    UPDATE items SET order_id = NULL, price = NULL; UPDATE blocked SET agent_id = NULL, reason = NULL;`,
    'no details': `${NULLS} DELETE FROM items; DELETE FROM blocked; DELETE FROM regions;`,
    'single rows': `DELETE FROM items; ${['blocked', 'orders', 'regions', 'base'].map(FEW).join('')}`,
    nothing:
      'DELETE FROM items; DELETE FROM blocked; DELETE FROM orders; DELETE FROM customers; DELETE FROM regions; DELETE FROM base;',
  },
  zones: ['UTC'],
};
