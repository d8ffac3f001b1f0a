import { beforeAll, describe, expect, test } from 'vitest';
import { withoutConstants } from './normalize.ts';
import { loadParser } from './parse.ts';

beforeAll(loadParser);

describe('withoutConstants', () => {
  test.each([
    ["SELECT * FROM t WHERE a = 'hunter2' -- hunter2", 'SELECT * FROM t WHERE a = ?'],
    ["/* hunter2 */ SELECT 'é', 1; SELECT U&'hunter2', 1.5", 'SELECT ?, ?; SELECT ?, ?'],
    ["COMMENT ON TABLE t IS 'hunter2'", 'COMMENT ON TABLE t IS ?'],
    ["CREATE INDEX i ON t (a) WHERE b = 'hunter2'", 'CREATE INDEX i ON t (a) WHERE b = ?'],
    ["ALTER DATABASE d SET x.y = 'hunter2'", 'ALTER DATABASE d SET x.y = ?'],
    ["ALTER TABLE t ADD CHECK (a <> E'hunter2')", 'ALTER TABLE t ADD CHECK (a <> ?)'],
    ["CREATE ROLE a PASSWORD 'hunter2'", 'CREATE ROLE a PASSWORD ?'],
    ["DO $x$ BEGIN PERFORM 'hunter2'; END $x$", 'DO ?'],
    ["SELECT '\u{1F600}', b'101', x'1F', \"na\u00efve\"\n  FROM t", 'SELECT ?, ?, ?, "na\u00efve" FROM t'],
    ['SELECT $1, a."b"[2], .5, 1e3, N\'x\'', 'SELECT $1, a."b"[?], ?, ?, N?'],
    ['SELECT a / b - -c, U&"d" FROM t', 'SELECT a / b - -c, U&"d" FROM t'],
  ])('%s', (sql, expected) => {
    expect(withoutConstants(sql)).toBe(expected);
  });

  test.each(["SELECT 'hunter2", 'SELECT "hunter2', '/* hunter2', 'SELECT $x$hunter2'])(
    'shows nothing of what the scanner cannot read: %s',
    (sql) => {
      expect(withoutConstants(sql)).toBe('(not shown)');
    },
  );
});
