/** A schema with one of everything that statements lock differently, every table with rows. */
export const SCHEMA = `
  CREATE SCHEMA s;
  SET search_path = s;
  CREATE TABLE ref (id int PRIMARY KEY, name text);
  INSERT INTO ref SELECT n, 'name ' || n FROM generate_series(1, 200) n;
  CREATE DOMAIN dom AS int;
  CREATE DOMAIN dom_checked AS int CHECK (VALUE > 0);
  CREATE DOMAIN dom_of_checked AS dom_checked;
  CREATE DOMAIN dom_not_null AS int NOT NULL;
  CREATE TYPE en AS ENUM ('a', 'b');
  CREATE TYPE ct AS (x int);
  CREATE TABLE t (
    id bigint PRIMARY KEY, a int, b int NOT NULL, c varchar(10), d text, e int NOT NULL DEFAULT 0, f int, g int, h int,
    n numeric(12,2), ts timestamp, ts3 timestamp(3), tz timestamptz, j json, k int, net cidr, bits varbit(4), checked varchar(10),
    CONSTRAINT t_b_key UNIQUE (b), CONSTRAINT t_f_shown CHECK (f IS NOT NULL), CONSTRAINT t_k_fkey FOREIGN KEY (k) REFERENCES ref,
    CONSTRAINT t_checked CHECK (length(checked) < 10));
  INSERT INTO t SELECT n, n, n, 'c', 'd', n, n, n, n, n, now(), now(), now(), '{}', n, '10.0.0.0/8', '1010', 'x' FROM generate_series(1, 200) n;
  ALTER TABLE t ADD CONSTRAINT t_g_positive CHECK (g > 0) NOT VALID,
    ADD CONSTRAINT t_h_not_null NOT NULL h NOT VALID,
    ADD CONSTRAINT t_b_fkey FOREIGN KEY (b) REFERENCES ref NOT VALID,
    ADD CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES ref NOT ENFORCED;
  CREATE INDEX t_a_idx ON t (a);
  CREATE UNIQUE INDEX t_e_key ON t (e);
  CREATE UNIQUE INDEX t_n_key ON t (n);
  CREATE STATISTICS st ON a, c FROM t;
  CREATE FUNCTION trf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION trf_default() RETURNS text LANGUAGE sql STABLE AS $$SELECT lower($a$X$a$)$$;
  CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION trf();
  CREATE POLICY po ON t USING (true);
  CREATE TABLE keyless AS SELECT id, name FROM ref;
  CREATE UNIQUE INDEX keyless_key ON keyless (id);
  CREATE TABLE p (k int, v text) PARTITION BY RANGE (k);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
  CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200);
  INSERT INTO p SELECT n, 'v' FROM generate_series(0, 199) n;
  CREATE INDEX p_k_idx ON p (k);
  CREATE INDEX p_v_idx ON ONLY p (v);
  CREATE INDEX p1_v ON p1 (v);
  CREATE TABLE p3 (LIKE p INCLUDING ALL);
  INSERT INTO p3 SELECT n, 'v' FROM generate_series(200, 299) n;
  CREATE TABLE pd (k int, v text) PARTITION BY RANGE (k);
  CREATE TABLE pd1 PARTITION OF pd FOR VALUES FROM (0) TO (100);
  CREATE TABLE pd_rest PARTITION OF pd DEFAULT;
  INSERT INTO pd SELECT n, 'v' FROM generate_series(0, 199) n;
  CREATE TABLE pd3 (LIKE pd);
  INSERT INTO pd3 SELECT n, 'v' FROM generate_series(300, 399) n;
  CREATE TABLE gen (id int, w int GENERATED ALWAYS AS (id * 2) VIRTUAL, sg int GENERATED ALWAYS AS (id * 2) STORED);
  INSERT INTO gen SELECT n FROM generate_series(1, 200) n;
  CREATE TABLE dt (x dom);
  INSERT INTO dt VALUES (1), (2);
  CREATE UNLOGGED TABLE ul AS SELECT id FROM ref;
  CREATE TABLE parent (id int, name text);
  CREATE RULE ru AS ON DELETE TO parent WHERE old.id < 0 DO INSTEAD NOTHING;
  CREATE SEQUENCE sq OWNED BY NONE;
  CREATE MATERIALIZED VIEW mv AS SELECT id, name FROM ref;
  CREATE UNIQUE INDEX mv_key ON mv (id);
  CREATE VIEW vw AS SELECT id, name FROM ref;
  CREATE PUBLICATION pub FOR TABLE ref;
`;
