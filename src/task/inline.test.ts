import type { Nodes } from 'mdast';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFully } from './full-parser.ts';
import { plainText, readInline } from './inline.ts';

function plainFully(line: string): string {
  const text = (node: Nodes): string => {
    if (node.type === 'image') return node.alt ?? '';
    if ('value' in node) return node.value;
    return 'children' in node ? node.children.map(text).join('') : '';
  };
  return text(parseFully(`x ${line}`))
    .slice(1)
    .trim();
}

const pieces = fc.constantFrom(
  'a',
  'B1',
  ' ',
  ' ',
  '_',
  '*',
  '**',
  '`',
  '``',
  '~',
  '~~',
  '\\',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  '&',
  '&amp;',
  '!',
  '|',
  'users_email_idx',
  '$1',
  '< 50 ms',
  'count(*)',
  '**1.1**',
  '`SELECT 1`',
  'https://a.b/c_d',
  'é',
  '任',
  '🐢',
  '.',
  ':',
  ',',
);

describe('readInline', () => {
  test('reads the plain text that the full parser reads', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const line = parts.join('').trim();
        expect(plainText(readInline(line))).toBe(plainFully(line));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['`SELECT 1`', [{ type: 'code', text: 'SELECT 1', url: '' }]],
    ['`` a`b ``', [{ type: 'code', text: 'a`b', url: '' }]],
    ['[x](db/a.sql)', [{ type: 'link', text: 'x', url: 'db/a.sql' }]],
    ['users_email_idx', [{ type: 'text', text: 'users_email_idx', url: '' }]],
    ['two\n  lines', [{ type: 'text', text: 'two lines', url: '' }]],
    ['hard  \r\n\tbreak', [{ type: 'text', text: 'hard break', url: '' }]],
    ['~~gone~~', [{ type: 'struck', text: 'gone', url: '' }]],
    ['- no list', [{ type: 'text', text: '- no list', url: '' }]],
    ['', []],
  ])('%j', (source, spans) => {
    expect(readInline(source)).toEqual(spans);
  });
});
