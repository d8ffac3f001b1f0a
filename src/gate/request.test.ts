import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { canonicalSha256 } from '../canonical-json.ts';
import { loadParser } from '../sql/parse.ts';
import { readRequest, requestedStatements, requestOf, type RequestContent } from './request.ts';
import { judge } from './verdict.ts';

beforeAll(loadParser);

const SQL = 'DROP INDEX CONCURRENTLY app.orders_note_idx';
const ITEM = { file: 'tasks/a.md', id: '2.1', title: 'Drop the unused index' };
const STATE = 'f'.repeat(64);
const HASH = 'a'.repeat(64);
const CONTENT: Omit<RequestContent, 'statements'> = {
  action: 'apply',
  item: ITEM,
  summary: 'drop index app.orders_note_idx of app.orders',
  environment: 'development',
  target: {
    systemIdentifier: '7301',
    database: 'shop',
    databaseOid: 5,
    host: 'db',
    port: 5432,
    role: 'app',
  },
  undo: [],
  files: [{ path: 'migrations/1.up.sql', sha256: HASH }],
  objects: ['app.orders_note_idx'],
};

const PUSH = { remote: 'origin', url: 'git@host:x', branch: 'pitstop/a', head: 'b'.repeat(40) };

const of = (content: Partial<RequestContent> = {}, sql = SQL, state = STATE, reason = 'never scanned') =>
  requestOf(
    { ...CONTENT, statements: requestedStatements(judge(sql, 'development')), ...content },
    { state, reason, effects: ['removes an index'], appliedBefore: [] },
  );

describe('the id', () => {
  test('is the same for equal inputs, in whatever objects they come', () => {
    expect(of(structuredClone(CONTENT))).toEqual(of());
    expect(of().id).toMatch(/^[0-9a-f]{16}$/);
  });

  test('of what is no push does not depend on there being pushes', () => {
    const { schemaVersion, id, sha256, state, reason, effects, appliedBefore, rejected, ...content } = of();
    expect({ schemaVersion, id, state, reason, effects, appliedBefore, rejected }).toBeDefined();
    expect(content).not.toHaveProperty('push');
    expect(sha256).toBe(canonicalSha256(content));
    expect(of({ push: undefined }).id).toBe(id);
  });

  test.each(Object.keys(PUSH))('binds the %s of a push', (part) => {
    const push = of({ push: PUSH });
    expect(of({ push: { ...PUSH, [part]: 'other' } }).id).not.toBe(push.id);
    expect(readRequest(JSON.stringify(push))?.push).toEqual(PUSH);
    expect(readRequest(JSON.stringify({ ...push, push: { ...PUSH, [part]: 'other' } }))).toBeNull();
    expect(readRequest(JSON.stringify({ ...push, push: undefined }))).toBeNull();
  });

  const changed: Record<string, Partial<RequestContent>> = {
    'another file': { item: { ...ITEM, file: 'tasks/b.md' } },
    'another item': { item: { ...ITEM, id: '2.2' } },
    'another title': { item: { ...ITEM, title: 'Drop the unused index ' } },
    'another summary': { summary: 'drop' },
    'another action': { action: 'revert' },
    'no item': { item: null },
    'a push': { push: PUSH },
    'another way back': { undo: ['DROP INDEX app.i'] },
    'another object': { objects: ['app.orders_idx'] },
    'another environment': { environment: 'staging' },
    'another server': { target: { ...CONTENT.target, systemIdentifier: '7302' } },
    'another database': { target: { ...CONTENT.target, databaseOid: 6 } },
    'another name of the database': { target: { ...CONTENT.target, database: 'shop2' } },
    'another host': { target: { ...CONTENT.target, host: 'db2' } },
    'another port': { target: { ...CONTENT.target, port: 5433 } },
    'another role': { target: { ...CONTENT.target, role: 'admin' } },
    'another migration file': { files: [{ path: 'migrations/2.up.sql', sha256: HASH }] },
    'one more migration file': { files: [...CONTENT.files, { path: 'migrations/2.up.sql', sha256: HASH }] },
  };

  test.each(Object.entries(changed))('changes with %s', (_name, content) => {
    expect(of(content).id).not.toBe(of().id);
  });

  test.each([`${SQL}s`, SQL.replace('app.', 'APP.'), SQL.replace(' app', '  app'), `${SQL} -- really`])(
    'changes with every byte of a statement that waits: %s',
    (sql) => {
      expect(of({}, sql).id).not.toBe(of().id);
    },
  );
});

test('the id stays with other numbers of the moment, and with another state: an approval binds that by itself', () => {
  expect(of({}, SQL, 'e'.repeat(64), 'scanned 3 times').id).toBe(of().id);
});

describe('the statements', () => {
  test('are all of them, with their exact text and its hash', () => {
    const { statements } = of({}, `ANALYZE app.orders; ${SQL};`);
    const sha256 = createHash('sha256').update(SQL).digest('hex');
    expect(statements).toEqual([
      expect.objectContaining({ sql: 'ANALYZE app.orders', verdict: 'allow' }),
      { sql: SQL, sha256, verdict: 'gate', class: 'destructive', reasons: [expect.any(String)] },
    ]);
  });
});

describe('reading a request back', () => {
  test('gives the request, in whatever order its keys stand', () => {
    const request = of();
    const reversed = Object.fromEntries(Object.entries(request).toReversed());
    expect(readRequest(JSON.stringify(request))).toEqual(request);
    expect(readRequest(JSON.stringify(reversed))).toEqual(request);
  });

  test.each<[string, (request: ReturnType<typeof of>) => unknown]>([
    ['statement', (request) => ({ ...request, statements: [{ ...request.statements[0], sql: 'SELECT 1' }] })],
    ['statement left out', (request) => ({ ...request, statements: [] })],
    ['target', (request) => ({ ...request, target: { ...request.target, database: 'test' } })],
    ['environment', (request) => ({ ...request, environment: 'test' })],
    ['id', (request) => ({ ...request, id: '0'.repeat(16) })],
    ['missing part', ({ summary: _summary, ...request }) => request],
  ])('gives nothing where somebody has edited it: %s', (_name, edit) => {
    expect(readRequest(JSON.stringify(edit(of())))).toBeNull();
  });

  test.each(['', '{', '[]', 'null'])('gives nothing for what is no request: %s', (text) => {
    expect(readRequest(text)).toBeNull();
  });
});
