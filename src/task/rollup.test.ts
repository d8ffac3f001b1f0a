import { describe, expect, test } from 'vitest';
import { fixture, fixtures } from '../../test/fixtures/task-files/index.ts';
import { parseTaskFile } from './parse.ts';
import { rollUpParents } from './rollup.ts';

function rolledUp(text: string, isOurs = () => true): string {
  const result = rollUpParents(text, isOurs);
  if (!result.ok) throw new Error(result.message);
  return result.text;
}

describe('rollUpParents', () => {
  test.each([
    ['xx', 'x'],
    ['x ', ' '],
    ['x~ ', '~'],
    ['x!', '!'],
    ['!!', '!'],
    ['! ', ' '],
    ['x-', ' '],
    ['!-', ' '],
    ['~!', '~'],
  ])('T60: items %j make a parent %j', (children, parent) => {
    for (const before of [' ', 'x', '~', '!']) {
      const items = Array.from(children, (marker, index) => `  - [${marker}] 1.${index} item\n`).join('');
      expect(rolledUp(`- [${before}] 1 parent\n${items}`)).toBe(`- [${parent}] 1 parent\n${items}`);
    }
  });

  test('T60: goes up through all levels, and through bullets that are no items', () => {
    const text =
      '* [ ] 1\r\n  * group\r\n    * [ ] 1.1\r\n      * [x] 1.1.1\r\n      * [x] 1.1.2\r\n* [ ] 2\r\n';
    expect(rolledUp(text)).toBe(text.replace('[ ] 1\r', '[x] 1\r').replace('[ ] 1.1\r', '[x] 1.1\r'));
  });

  test('T60: leaves alone what is not above an item of ours, and unknown markers', () => {
    const text = '- [ ] 1\n  - [x] 1.1\n- [ ] 2\n  - [x] 2.1\n- [-] 3\n  - [x] 3.1\n';
    const result = rollUpParents(text, (item) => item.id !== '2.1');
    expect(result).toMatchObject({ ok: true, text: text.replace('[ ] 1', '[x] 1') });
    expect(result.ok && result.changed).toEqual([parseTaskFile(text).items[0]?.key]);
    expect(rolledUp(text, () => false)).toBe(text);
  });

  test.each(fixtures())('the second time changes nothing: $name', ({ text }) => {
    const once = rolledUp(text);
    expect(rolledUp(once)).toBe(once);
    expect(once.length).toBe(text.length);
  });

  test('a real tree', () => {
    expect(rolledUp(fixture('tree.md'))).toContain('- [~] 1.0 Order history\n');
  });
});
