import { describe, expect, test } from 'vitest';
import { redact } from './redact.ts';

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
