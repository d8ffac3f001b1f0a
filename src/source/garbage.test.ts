import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { readProbe } from '../sql/probe.ts';
import { bindNamed } from '../sql/parameters.ts';
import { chooseStatement } from './choose.ts';
import { findStatements } from './find.ts';
import { SOURCE_EXTENSIONS } from './languages/index.ts';
import { segmentsOf } from './sql-text.ts';

beforeAll(loadParser);

const PIECES = [
  '\'~"~`~\\~/~$~{~}~(~)~[~]~<~>~+~.~,~;~:~?~%~@~#~=~&~|~!~-~*~ ~\n~\t~\r\n~\0~\uD800'.split('~'),
  [
    '"""',
    "'''",
    '${',
    '#{',
    '{$',
    '$"',
    'f"',
    'r#"',
    '<<~SQL',
    '<<<SQL\n',
    '\nSQL\n',
    '//',
    '/*',
    '*/',
    '--',
  ],
  ['SELECT id FROM users', ' WHERE id = ', "'SELECT 1 FROM a'", '"SELECT 1 FROM b"', 'sql`SELECT 1 FROM c'],
  ['function f', 'def f', 'x', 'q += ', '@Query(', '.join(', 'format(', '$1', ':name', '%s', '=begin'],
].flat();
const garbage = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));

test('whatever the text is, nothing is thrown and what is found parses', () => {
  fc.assert(
    fc.property(garbage, fc.constantFrom(...SOURCE_EXTENSIONS), (source, extension) => {
      const found = findStatements(source, { extension, lines: null });
      for (const { sql, line, lastLine } of found) {
        const bound = bindNamed(sql, bindNamed(sql, []).unknown).sql;
        expect(readProbe(bound)).not.toMatchObject({ code: 'statement-syntax-error' });
        expect(lastLine).toBeGreaterThanOrEqual(line);
      }
      chooseStatement(found, { title: source, lines: null });
    }),
    { numRuns: 3000 },
  );
});

test('the segments of a text are the whole text', () => {
  fc.assert(
    fc.property(garbage, (sql) => {
      const parts = segmentsOf(sql).map(({ start, end }) => sql.slice(start, end));
      expect(parts.join('')).toBe(sql);
    }),
  );
});

describe('a megabyte', () => {
  const LENGTH = 1_000_000;
  const UNITS = [
    "'",
    '"',
    '`',
    '${',
    '`${',
    "\\'",
    '/',
    '"{',
    'f"{',
    'f\'{"',
    '$"{',
    '"#{',
    '<<A\n',
    '<<<A\n',
    '/*',
    '(',
    "'a'+(",
    "['a',",
    "q += 'a'; ",
    'const a = `b${c}`;\n',
    "x('SELECT id FROM users WHERE id = $1');\n".repeat(10),
    '@Query(\n"a"\n',
    '$a$',
    '-- \n',
  ];

  test.each(UNITS)('of %j is read in a time that grows with its length', (unit) => {
    for (const extension of ['ts', 'py', 'go', 'kt', 'cs', 'rb', 'php', 'rs', 'sql']) {
      const source = unit.repeat(Math.ceil(LENGTH / unit.length));
      const began = process.cpuUsage();
      findStatements(source, { extension, lines: null });
      const { user, system } = process.cpuUsage(began);
      expect([extension, Math.floor((user + system) / 10_000_000)]).toEqual([extension, 0]);
    }
  });
});
