import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { chooseStatement } from './choose.ts';
import { findStatements } from './find.ts';

beforeAll(loadParser);

const SOURCE = `
export async function findUser(id) {
  const query = sql\`SELECT 1 FROM users\`;
}
export async function listOrders() {
  const orderRows = await sql\`SELECT 2 FROM orders\`;
  const total = await sql\`SELECT 3 FROM orders\`;
}
export const search = () => db.query('SELECT 4 FROM ' + table);
`;

const choose = (title: string, lines: { from: number; to: number } | null = null, source = SOURCE) =>
  chooseStatement(findStatements(source, { extension: 'ts', lines: null }), { title, lines });

test('the only statement of a file', () => {
  const source = "const a = 'SELECT 1 FROM a'; const b = `SELECT 1 FROM a`;";
  expect(choose('', null, source)).toMatchObject({
    ok: true,
    statement: { sql: 'SELECT 1 FROM a', line: 1 },
  });
});

test('lines', () => {
  expect(choose('', { from: 1, to: 5 })).toMatchObject({ ok: true, statement: { line: 3 } });
  expect(choose('', { from: 6, to: 7 })).toMatchObject({ ok: false, code: 'statement-ambiguous' });
  expect(choose('', { from: 9, to: 9 })).toMatchObject({ ok: false, code: 'statement-dynamic' });
  expect(choose('', { from: 4, to: 4 })).toEqual({
    ok: false,
    code: 'statement-not-found',
    message: expect.stringContaining('there is no statement at line 4; which') as string,
  });
});

test.each([
  ['Speed up findUser', 3],
  ['UserService.findUser() is slow', 3],
  ['Orders: orderRows of listOrders', 6],
  ['`listOrders`: `total`', 7],
])('%s: the name that it sits in', (title, line) => {
  expect(choose(title)).toMatchObject({ ok: true, statement: { line } });
});

test.each([
  'Optimize slow query',
  'The search for users, query by query',
  'listOrders is slow',
  'findUser and listOrders',
  'findUsers',
])('%s: a question, not a guess', (title) => {
  expect(choose(title)).toMatchObject({ ok: false, code: 'statement-ambiguous' });
});

test('the question lists the candidates with their lines', () => {
  const choice = choose('Slow');
  expect(choice.ok ? '' : choice.message).toBe(`which of the 4 statements is meant? \
Give its lines (path:from-to), or the statement itself:
  line 3, findUser › query: SELECT 1 FROM users
  line 6, listOrders › orderRows: SELECT 2 FROM orders
  line 7, listOrders › total: SELECT 3 FROM orders
  line 9, search: SELECT 4 FROM x`);
});

test('nothing that could be read', () => {
  expect(choose('x', null, '')).toMatchObject({ ok: false, code: 'statement-not-found' });
});
