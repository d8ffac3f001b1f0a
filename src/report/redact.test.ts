import { describe, expect, test } from 'vitest';
import { redact, redactOutput, secretsOf } from './redact.ts';

describe('passwords in URLs', () => {
  test.each([
    ['postgres://app:secret@db/shop', 'postgres://app:***@db/shop'],
    [
      'postgresql://app:s%40cret@db:5432/shop?sslmode=require',
      'postgresql://app:***@db:5432/shop?sslmode=require',
    ],
    ['postgres://:secret@db', 'postgres://:***@db'],
    ['postgres://app:s3cr@t@db/shop', 'postgres://app:***@db/shop'],
    ['POSTGRES://app:secret@db', 'POSTGRES://app:***@db'],
    ['postgres://db/shop?user=app&password=secret', 'postgres://db/shop?user=app&password=***'],
    ['postgres://db/shop?password=secret&sslmode=disable', 'postgres://db/shop?password=***&sslmode=disable'],
    [
      'from postgres://a:secret@x/y to `postgres://b:secret@z`, then',
      'from postgres://a:***@x/y to `postgres://b:***@z`, then',
    ],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    'postgres://app@db/shop',
    'https://example.com:8080/path/@scope/name',
    'ask app@example.com: what about 10:30 @ the office?',
    "SELECT id FROM users WHERE email = 'a@example.com'",
  ])('leaves other text alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

test('every string of a value, however deep; everything else as it is', () => {
  const at = new Date(0);
  const value = { list: [{ url: 'x://u:secret@h', count: 3, none: null, at }], flag: true };
  expect(redact(value)).toEqual({
    list: [{ url: 'x://u:***@h', count: 3, none: null, at }],
    flag: true,
  });
  expect(value.list[0]?.url).toBe('x://u:secret@h');
});

describe('what programs print', () => {
  const env = {
    PGPASSWORD: 'hunter2hunter2',
    DATABASE_URL: 'postgres://app:s%40lty-one@db/shop',
    GITHUB_TOKEN: 'ghp_0123456789',
    SHORT_TOKEN: 'abc',
    HOME: '/home/ann',
    EMPTY_SECRET: '',
  };

  test('secrets are the values of variables with such a name, and passwords of URLs, as written and decoded', () => {
    expect(secretsOf(env)).toEqual(['hunter2hunter2', 'ghp_0123456789', 's%40lty-one', 's@lty-one']);
  });

  test.each([
    ['login ghp_0123456789 for ann', 'login *** for ann'],
    ['password is s@lty-one!', 'password is ***!'],
    ['PGPASSWORD=other psql', 'PGPASSWORD=*** psql'],
    ["PGPASSWORD='o t h e r' psql", 'PGPASSWORD=*** psql'],
    ['host=db password=other user=app', 'host=db password=*** user=app'],
    ["host=db password = 'it\\'s other' user=app", 'host=db password = *** user=app'],
    ['postgres://b:other@db', 'postgres://b:***@db'],
    ['/home/ann/abc', '/home/ann/abc'],
  ])('%s', (text, expected) => {
    expect(redactOutput(text, secretsOf(env))).toBe(expected);
  });

  test('a statement that compares a column of that name stays, outside of output', () => {
    const sql = "SELECT 1 FROM users WHERE password = 'x'";
    expect(redact(sql)).toBe(sql);
    expect(redact('PGPASSWORD=other psql')).toBe('PGPASSWORD=*** psql');
  });
});
