import { describe, expect, test } from 'vitest';
import { parseTaskFile } from './parse.ts';
import { renderValue } from './render.ts';

describe('renderValue', () => {
  test.each([
    [['composite index on (email, created_at)'], 'composite index on (email, created_at)'],
    [['98 % less time; < 50 ms & more'], '98 % less time; < 50 ms & more'],
    [['2,310–2,480 | 41,210'], '2,310–2,480 | 41,210'],
    [['a ', { code: 'b' }, ' c'], 'a `b` c'],
    [[{ code: 'SELECT `x`' }], '`` SELECT `x` ``'],
    [[{ code: '`' }], '`` ` ``'],
    [['line one\n  line two\r\n\tthree'], 'line one line two three'],
    [['[ ] looks like a box'], '[ ] looks like a box'],
    [['count(*) of all'], 'count(*) of all'],
    [['count(*) of a*b'], String.raw`count(\*) of a\*b`],
    [['*not emphasis*'], String.raw`\*not emphasis\*`],
    [['`not code`'], String.raw`\`not code\``],
    [['~~not struck~~'], String.raw`\~\~not struck\~\~`],
    [['[no](link)'], String.raw`\[no]\(link)`],
    [['&amp;'], String.raw`\&amp;`],
    [['https://example.com/a_b'], 'https://example.com/a_b'],
    [['$1 $& $` $$'], '$1 $& $` $$'],
    [['\u0000\u001b[31mred'], '[31mred'],
    [['  '], ''],
  ])('T56: %j', (value, source) => {
    expect(renderValue('Changes', value)).toBe(source);
  });

  test.each([
    ['- [ ] x'],
    ['# heading'],
    ['> quote'],
    ['```'],
    ['---'],
    ['1. one'],
    ['<script>alert(1)</script>'],
    ['<!-- comment'],
    ['a\\'],
    ['![image](x)'],
    ['**Status**: done'],
    ['_a_ `b` [c]: d'],
  ])('T56: prose is read back as it is: %j', (prose) => {
    const text = `- [ ] 1\n  - **Changes**: ${renderValue('Changes', [prose])}\n- [ ] 2\n`;
    const { items } = parseTaskFile(text);
    expect(items).toHaveLength(2);
    expect(items[0]?.fields.map((field) => field.text)).toEqual([prose]);
  });
});
