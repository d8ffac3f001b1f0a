import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { requestOf } from './request.ts';
import { judge } from './verdict.ts';

beforeAll(loadParser);

type Content = Parameters<typeof requestOf>[0];

const SQL = 'DROP INDEX CONCURRENTLY app.orders_note_idx';
const CONTENT: Content = {
  item: { file: 'tasks/a.md', id: '2.1', title: 'Drop the unused index' },
  summary: 'drop index app.orders_note_idx of app.orders',
  reason: 'never scanned',
  environment: 'development',
  target: {
    systemIdentifier: '7301',
    database: 'shop',
    databaseOid: 5,
    host: 'db',
    port: 5432,
    role: 'app',
  },
  files: [{ path: 'migrations/1.up.sql', sha256: 'aa' }],
};

const of = (content: Partial<Content> = {}, sql = SQL) =>
  requestOf({ ...CONTENT, ...content }, judge(sql, 'development'));

describe('the id', () => {
  test('is the same for equal inputs, in whatever objects they come', () => {
    expect(of(structuredClone(CONTENT))).toEqual(of());
    expect(of().id).toMatch(/^[0-9a-f]{16}$/);
  });

  const changed: Record<string, Partial<Content>> = {
    'another file': { item: { ...CONTENT.item, file: 'tasks/b.md' } },
    'another item': { item: { ...CONTENT.item, id: '2.2' } },
    'another title': { item: { ...CONTENT.item, title: 'Drop the unused index ' } },
    'another summary': { summary: 'drop' },
    'another reason': { reason: 'never scanned.' },
    'another environment': { environment: 'staging' },
    'another server': { target: { ...CONTENT.target, systemIdentifier: '7302' } },
    'another database': { target: { ...CONTENT.target, databaseOid: 6 } },
    'another name of the database': { target: { ...CONTENT.target, database: 'shop2' } },
    'another host': { target: { ...CONTENT.target, host: 'db2' } },
    'another port': { target: { ...CONTENT.target, port: 5433 } },
    'another role': { target: { ...CONTENT.target, role: 'admin' } },
    'another migration file': { files: [{ path: 'migrations/2.up.sql', sha256: 'aa' }] },
    'one more migration file': { files: [...CONTENT.files, { path: 'migrations/2.up.sql', sha256: 'aa' }] },
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

describe('the statements', () => {
  test('are those that wait, with their exact text and its hash', () => {
    const { statements } = of({}, `ANALYZE app.orders; ${SQL};`);
    const sha256 = createHash('sha256').update(SQL).digest('hex');
    expect(statements).toEqual([{ sql: SQL, sha256, class: 'destructive', reasons: [expect.any(String)] }]);
  });
});
