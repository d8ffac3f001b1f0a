import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { detailsOf } from './record.ts';

beforeAll(loadParser);

test('A4: statements become a hash and a text without constants', () => {
  const sql = "ALTER TABLE t ADD CHECK (mail <> 'ann@example.com') -- ann";
  const { statements } = detailsOf({
    event: 'reverted',
    migration: 'm',
    reason: 'not-confirmed',
    sql: [sql, 'SELECT 1'],
  });
  expect(statements).toEqual([
    {
      sha256: '57b14b90603f9876fdc018d82d73e3d07f035e113ba95b5b72c190dd13e14fb2',
      text: 'ALTER TABLE t ADD CHECK (mail <> ?)',
    },
    { sha256: 'e004ebd5b5532a4b85984a62f8ad48a81aa3460c1ca07701f386135d72cdecf5', text: 'SELECT ?' },
  ]);
});

test('A4: what cannot be scanned is not shown, and long texts are cut', () => {
  const long = `SELECT ${Array.from({ length: 5_000 }, (_, n) => `c${n}`).join(', ')}`;
  const { statements } = detailsOf({
    event: 'reverted',
    migration: 'm',
    reason: 'r',
    sql: ["SELECT 'x", long],
  });
  const [unreadable, cut] = statements as readonly { text: string }[];
  expect(unreadable?.text).toBe('(not shown)');
  expect(cut?.text.length).toBeLessThan(5_000);
});

test.each([
  ['postgres://ann:hunter2@db/shop'],
  ['host=db user=ann password=hunter2 dbname=shop'],
  ["host=db password = 'hunter2 hunter2'"],
  ['--password=hunter2'],
  ['PGPASSWORD=hunter2'],
])('A4: the argument %s of a program loses its secret', (argument) => {
  const details = detailsOf({ event: 'command', program: 'psql', arguments: ['-X', argument] });
  expect(JSON.stringify(details)).not.toContain('hunter2');
  expect(JSON.stringify(details)).toContain('***');
});

test('A4: secrets in other fields go too', () => {
  const details = detailsOf({
    event: 'pushed',
    remote: 'https://ann:hunter2@example.com/a.git',
    branch: 'b',
    commit: 'c',
  });
  expect(details).toEqual({
    event: 'pushed',
    remote: 'https://ann:***@example.com/a.git',
    branch: 'b',
    commit: 'c',
  });
});
