import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../../sql/parse.ts';
import { findStatements } from '../find.ts';

beforeAll(loadParser);

const find = (source: string, extension = 'ts') => findStatements(source, { extension, lines: null });
const texts = (source: string, extension = 'ts') => find(source, extension).map(({ sql }) => sql);

describe('tagged templates', () => {
  test.each([
    ['sql`SELECT id FROM users WHERE email = ${email} AND age > ${a.b(1)}`'],
    ['Prisma.sql`SELECT id FROM users WHERE email = ${email} AND age > ${age}`'],
    ['await prisma.$queryRaw<User[]>`SELECT id FROM users WHERE email = ${email} AND age > ${age}`'],
    ['this.db?.sql<Map<string, number>>`SELECT id FROM users WHERE email = ${email} AND age > ${age}`'],
    [
      "sql.type(z.object({ id: z.string(') `') }))`SELECT id FROM users WHERE email = ${email} AND age > ${age}`",
    ],
    ['sql`SELECT id FROM users WHERE email = ${x ? `}${y}` : "`}"} AND age > ${{ a: { b: 1 } }.a.b}`'],
  ])('%s: values become parameters', (source) => {
    expect(find(source)).toMatchObject([
      {
        sql: 'SELECT id FROM users WHERE email = $1 AND age > $2',
        how: 'sql-tag',
        placeholders: 2,
        dynamic: false,
      },
    ]);
  });

  test.each([
    'sql`SELECT id FROM ${table} WHERE id = ${id}`',
    'sql`SELECT id FROM users WHERE ${condition}`',
    'sql`SELECT id FROM users WHERE a = 1 AND ${condition}`',
    'sql`SELECT id FROM users WHERE id = ${id} ORDER BY ${order}`',
    'sql`SELECT id FROM users WHERE id = ${id} ORDER BY a ${direction}`',
    'sql`SELECT id FROM users WHERE ${users.id} = ${id}`',
    'sql`SELECT id FROM users WHERE id IN ${sql(ids)}`',
    'sql`SELECT id FROM users WHERE id IN (${Prisma.join(ids)})`',
    'sql`SELECT id FROM users u WHERE ${alias}.id = 1`',
    "sql`SELECT id FROM users WHERE name = 'x${name}'`",
    'sql`SELECT id FROM users_${tenant}`',
    'const part = sql`x`; const all = sql`SELECT id FROM users LIMIT ${part}`',
  ])('%s: more than values is dynamic', (source) => {
    expect(find(source)).toMatchObject([{ dynamic: true }]);
  });

  test('a statement within an interpolation is found, too', () => {
    const found = find('sql`SELECT a FROM t WHERE x = ${1} ${all ? sql`SELECT b FROM u` : sql``}`');
    expect(found).toMatchObject([{ dynamic: true }, { sql: 'SELECT b FROM u', dynamic: false }]);
  });
});

describe('plain templates and strings', () => {
  test.each([
    ['`SELECT id FROM users WHERE id = ${id} LIMIT ${limit}`', 2],
    ['`UPDATE users SET name = ${name} WHERE id = ${id}::int`', 2],
    ["'SELECT id FROM users ' +\n  'WHERE id = $1'", 1],
    ["'SELECT id FROM users WHERE id = ' + id", 1],
    ["['SELECT id', 'FROM users', 'WHERE id = $1',].join(' ')", 1],
    ['"SELECT \\"id\\", \'it\'\'s\' FROM users\\n WHERE id = $1"', 1],
    ["'SELECT id FROM users \\\n WHERE id = $1'", 1],
    ["'SELECT id FROM users WHERE id = ? AND data ? \\'k\\''", 1],
    ["'SELECT id FROM users WHERE id = :id AND a = :id AND b = :b'", 2],
  ])('%s', (source, placeholders) => {
    expect(find(source)).toMatchObject([{ placeholders, dynamic: false }]);
  });

  test.each([
    '`SELECT ${columns} FROM users WHERE id = ${id}`',
    '`SELECT id FROM users WHERE ${column} = 5`',
    '`SELECT id FROM users WHERE id IN (${ids.join()})`',
    '`SELECT count(${column}) FROM users`',
    '`SELECT id FROM users WHERE a = ${a} AND b = $1`',
    "`SELECT id FROM users WHERE name = '${name}'`",
    "let q = 'SELECT id FROM users'; if (x) q += ' WHERE id = 1';",
    "const base = 'SELECT id FROM users'; function f() { run(base + ' WHERE id = 1') }",
    "const base = 'SELECT id FROM users'; run(`${base} WHERE id = ${id}`)",
    "let q = 'SELECT id FROM users'; q = q + ' WHERE id = 1';",
    "'SELECT id FROM users ' + where",
    "prefix + 'SELECT id FROM users'",
    "'SELECT id FROM users'.replace('users', table)",
    "util.format('SELECT id FROM users WHERE id = %s', id)",
    "parts.push('SELECT id FROM users')",
  ])('%s is dynamic', (source) => {
    expect(find(source)).toMatchObject([{ dynamic: true }]);
  });

  test.each([
    "'select'",
    "'Select an option'",
    "'Select from list'",
    "'Table footer'",
    "'With love'",
    "'Delete this?'",
    "'SELECT id FORM users WHERE'",
    '`Update ${name}`',
    "'x SELECT id FROM users'",
  ])('%s is no statement', (source) => {
    expect(find(source)).toEqual([]);
  });
});

describe('what is not code', () => {
  test.each([
    "// 'SELECT 1 FROM a'\nq('SELECT id FROM users')",
    "/* `SELECT 1 FROM a` ' */ q('SELECT id FROM users')",
    "const r = /['\"`]/g; q('SELECT id FROM users')",
    "const r = x.replace(/[/'`]\\/'/, ''); q('SELECT id FROM users')",
    "const half = a / b; q('SELECT id FROM users') / 2",
    "const a = (b + c) / 2 + 'x' / 3; q('SELECT id FROM users')",
    "if (a) return /'/; q('SELECT id FROM users')",
    "const unterminated = 'abc\nq('SELECT id FROM users')",
    "const s = '\\\\'; q('SELECT id FROM users')",
  ])('%s', (source) => {
    expect(texts(source)).toEqual(['SELECT id FROM users']);
  });

  test('JSX text', () => {
    const source = [
      'const a = <p className="x">Don\'t <b>do</b> it</p>;',
      'const b = <Foo bar={x} /> ;',
      'const q = sql`SELECT id FROM users`;',
      "const c = <div>{y}</div>; // isn't",
      "const d = 'SELECT id FROM orders';",
    ].join('\n');
    expect(texts(source, '.TSX')).toEqual(['SELECT id FROM users', 'SELECT id FROM orders']);
  });

  test('an unterminated template takes the rest', () => {
    expect(texts("q('SELECT id FROM users'); `SELECT a ${b(`")).toEqual(['SELECT id FROM users']);
  });
});

test('a statement that is only logged is whole', () => {
  const source = "const q = 'SELECT id FROM users'; log(`Running ${q}.`, 'Running ' + q + '.');";
  expect(find(source)).toMatchObject([{ dynamic: false, names: ['q'] }]);
});

test('names of several statements on one line', () => {
  const source = "const a = 'x'; const b = 'SELECT id FROM users'; run('SELECT id FROM orders');";
  expect(find(source)).toMatchObject([{ names: ['b'] }, { names: [] }]);
});

test('several statements of one text', () => {
  expect(texts('`-- first\nSELECT id FROM a; /* then */ DELETE FROM b; BEGIN`')).toEqual([
    'SELECT id FROM a',
    'DELETE FROM b',
  ]);
});

test('lines, names and CRLF', () => {
  const source = [
    '\uFEFFexport class Users {',
    '  async findByEmail(',
    '    email: string,',
    '  ): Promise<User[]> {',
    '    const query = `',
    '      SELECT id',
    '      FROM users`;',
    '    return this.db.query(',
    "      'SELECT id FROM orders',",
    '    );',
    '  }',
    '  readonly all = {',
    '    byName: sql`SELECT 1 FROM names`,',
    '  };',
    '}',
    'function later() { return sql`SELECT 2 FROM names`; }',
    "export const search = async () => db.query('SELECT 3 FROM names');",
  ].join('\r\n');
  expect(find(source)).toMatchObject([
    { sql: 'SELECT id\n      FROM users', line: 5, lastLine: 7, names: ['findByEmail', 'query'] },
    { line: 9, lastLine: 9, names: ['findByEmail'] },
    { line: 13, names: ['all', 'byName'] },
    { line: 16, names: ['later'] },
    { line: 17, names: ['search'] },
  ]);
});
