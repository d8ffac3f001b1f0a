import { describe, expect, test } from 'vitest';
import { fixture } from '../../test/fixtures/task-files/index.ts';
import { PitstopError } from '../errors.ts';
import { findItem } from './find.ts';
import { parseTaskFile } from './parse.ts';

const file = parseTaskFile(fixture('markers.md'));
const tree = parseTaskFile(fixture('tree.md'));

function errorOf(run: () => unknown): PitstopError {
  try {
    run();
  } catch (error) {
    if (error instanceof PitstopError) return error;
  }
  throw new Error('no error');
}

describe('findItem', () => {
  test.each([
    ['1.1', 16],
    ['1.10', 22],
    ['1.0', 15],
    [' 2.1 ', 25],
    ['#L28', 28],
    ['#L16', 16],
    ['1.1 (line 16)', 16],
    ['1.1@1', 16],
    ['1.1@1 (line 16)', 16],
  ])('T16: %s', (id, line) => {
    expect(findItem(tree, id).line).toBe(line);
  });

  test('T16: one of several with the same id', () => {
    const error = errorOf(() => findItem(file, '3.1'));
    expect(error.code).toBe('item-ambiguous');
    expect(error.candidates).toEqual(['3.1@1 (line 16)', '3.1@2 (line 17)']);
    expect(error.message).toContain('line 17: Complete the droid');
    expect(findItem(file, '3.1@2').line).toBe(17);
    expect(findItem(file, '3.1 (line 16)').line).toBe(16);
  });

  test('T16: an id that is not there', () => {
    const error = errorOf(() => findItem(tree, '1.7'));
    expect(error.code).toBe('item-not-found');
    expect(error.candidates).toContain('1.1 (line 16)');
    for (const id of ['3.1@3', '', '1', '1.1 (line 3)'])
      expect(() => findItem(tree, id)).toThrow(PitstopError);
  });

  test('T16: case and a hash do not matter where they decide nothing', () => {
    const loose = parseTaskFile('- [ ] #3 a\n- [ ] T001 b\n');
    expect(findItem(loose, '3').title).toBe('a');
    expect(findItem(loose, 't001').title).toBe('b');
  });
});
