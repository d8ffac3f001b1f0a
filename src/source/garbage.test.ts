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

describe('the time grows with the length', () => {
  const EXTENSIONS = ['ts', 'py', 'go', 'kt', 'cs', 'rb', 'php', 'rs', 'sql'];
  const UNITS = [
    [
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
      '/*/*',
      '(',
    ],
    [
      "'a'+(",
      "['a',",
      "q += 'a'; ",
      'const a = `b${c}`;\n',
      '@Query(\n"a"\n',
      '$a$',
      '-- \n',
      "'SELECT a FROM b'+(",
      ';',
    ],
    [
      "['SELECT a FROM b',",
      "q='SELECT a FROM b'\n",
      '`SELECT a FROM b ${',
      "'SELECT (' + x + ",
      ";'SELECT a FROM b',",
    ],
  ].flat();

  function cpuMs(source: string, extension: string): number {
    const began = process.cpuUsage();
    findStatements(source, { extension, lines: null });
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  }

  // Quadratic time would be minutes; the bound leaves room for a busy machine.
  test.each(UNITS)('100 kB of %j', (unit) => {
    const source = unit.repeat(Math.ceil(100_000 / unit.length));
    for (const extension of EXTENSIONS) expect(cpuMs(source, extension)).toBeLessThan(5000);
  });

  test.each(EXTENSIONS)('1 MB of code and garbage: .%s', (extension) => {
    const code = [
      'function f(a) {',
      "  const b = c(a, 'd') + \"e\"; // it's",
      '  q(`SELECT id FROM users WHERE id = 1`);',
      '}\n',
    ].join('\n');
    const source = code.repeat(12_000) + fc.sample(garbage, { numRuns: 2000, seed: 1 }).join('\n');
    expect(source.length).toBeGreaterThan(900_000);
    expect(cpuMs(source, extension)).toBeLessThan(15_000);
  });
});
