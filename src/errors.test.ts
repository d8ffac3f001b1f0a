import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, EXIT, PitstopError, type ErrorCode } from './errors.ts';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

describe('docs/formats.md', () => {
  /** The rows of its table of error codes: code in backticks, then the exit code. */
  async function documented(): Promise<Map<string, string>> {
    const page = await readFile(new URL('../docs/formats.md', import.meta.url), 'utf8');
    const section = /^#+ .*error.*\n(?:(?!^#+ ).*\n)*/gim;
    const tables = [...page.matchAll(section)].map(([text]) => text).join('\n');
    const rows = tables.matchAll(/^\|\s*`([a-z0-9-]+)`\s*\|(.*)\|\s*$/gm);
    return new Map([...rows].map(([, code, rest]) => [code ?? '', rest ?? '']));
  }

  test('explains every error code, and no other', async () => {
    expect([...(await documented()).keys()].toSorted()).toEqual(CODES.toSorted());
  });

  test('gives the exit code of each', async () => {
    const exits = [...(await documented())].map(([code, rest]) => {
      const cells = rest.split('|').map((cell) => cell.replaceAll('`', '').trim());
      return [code, cells.find((cell) => /^\d$/.test(cell))];
    });
    const expected = Object.entries(ERROR_CODES).map(([code, exit]) => [code, String(exit)]);
    expect(Object.fromEntries(exits)).toEqual(Object.fromEntries(expected));
  });
});

describe('a code', () => {
  test.each(CODES)('%s is a word that no release may change, with an exit code of the design', (code) => {
    expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    expect(Object.values(EXIT)).toContain(new PitstopError(code, 'x').exitCode);
    expect(new PitstopError(code, 'x').exitCode).not.toBe(EXIT.ok);
  });
});

describe('JSON', () => {
  test('has code, message and hint always, the rest where it is known', () => {
    expect(JSON.parse(JSON.stringify(new PitstopError('usage', 'no such option')))).toEqual({
      code: 'usage',
      message: 'no such option',
      hint: null,
    });
    const details = { hint: 'Do this.', file: 'tasks/a.md', line: 3, candidates: ['1.1', '1.2'] };
    expect(JSON.parse(JSON.stringify(new PitstopError('item-ambiguous', 'two', details)))).toEqual({
      code: 'item-ambiguous',
      message: 'two',
      ...details,
    });
  });

  test('never holds the cause, which may hold anything', () => {
    const error = new PitstopError('connection-failed', 'no', {
      cause: new Error('postgres://app:secret@db'),
    });
    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});
