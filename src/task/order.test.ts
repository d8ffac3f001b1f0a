import { expect, test } from 'vitest';
import { orderByDependencies } from './order.ts';
import { parseTaskFile } from './parse.ts';

function orderOf(text: string): string[] {
  return orderByDependencies(parseTaskFile(text).items).map((item) => item.id);
}

test('T47: what an item depends on comes first, the rest keeps its order', () => {
  const text = [
    '- [ ] 1.1 a',
    '  - **Depends on**: 1.3',
    '- [ ] 1.2 b',
    '- [ ] 1.3 c',
    '  - **Dependencies**: Task 1.4',
    '- [ ] 1.4 d',
  ].join('\n');
  expect(orderOf(text)).toEqual(['1.4', '1.3', '1.1', '1.2']);
});

test('T47: cycles, unknown ids and an item that names itself change nothing', () => {
  const text = [
    '- [ ] 1 a',
    '  - **Depends on**: 2',
    '- [ ] 2 b',
    '  - **Depends on**: 1',
    '- [ ] 3 c',
    '  - **Depends on**: 3, 99',
  ].join('\n');
  expect(orderOf(text).toSorted()).toEqual(['1', '2', '3']);
  expect(orderOf(text).at(-1)).toBe('3');
});
