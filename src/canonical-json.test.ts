import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, canonicalSha256 } from './canonical-json.ts';

describe('canonical JSON', () => {
  // The example of RFC 8785, section 3.2.3, and its numbers and strings of 3.2.2.
  test('orders keys by UTF-16 units', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const names = [...canonicalJson(value).matchAll(/:"(\w+)/g)].map(([, name]) => name);
    expect(names).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew']);
  });

  test('writes numbers, strings and literals in one way', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test.each<[what: string, value: unknown]>([
    ['infinite', [Infinity]],
    ['no number', { a: Number.NaN }],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['undefined', { a: undefined }],
    ['a hole', Array.from({ length: 2 }).fill(1, 1)],
    ['a big integer', 1n],
    ['a date', new Date(0)],
    ['a map', new Map()],
  ])('refuses what JSON cannot say exactly: %s', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  test('is JSON of the same value, and its own canonical form', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('is hashed as UTF-8', () => {
    // printf '{"a":"ö"}' | sha256sum
    expect(canonicalSha256({ a: 'ö' })).toBe(
      '0c012ddd20b0a67114dcf3b03080ac1c51e5b0b4c96c4bb42033c7e444d2fe2c',
    );
  });
});
