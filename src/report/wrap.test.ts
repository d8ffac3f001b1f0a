import { expect, test } from 'vitest';
import { wrap } from './wrap.ts';

test('cuts between words, with a beginning for the first line and one for the others', () => {
  expect(wrap('one two three four', 10, '- ', '  ')).toEqual(['- one two', '  three', '  four']);
  expect(wrap('one two', 10)).toEqual(['one two']);
  expect(wrap('', 10, '- ')).toEqual(['- ']);
});

test('cuts a word that is longer than a line, and never inside a character', () => {
  expect(wrap('a 🐘🐘🐘🐘🐘 b', 4, '', ' ')).toEqual(['a', ' 🐘🐘🐘', ' 🐘🐘', ' b']);
});
