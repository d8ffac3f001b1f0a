import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findNewestFiles, linesFrom } from './newest-files.ts';

let root = '';

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'pitstop-newest-')));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function make(name: string, text: string, second = 0): Promise<string> {
  const path = join(root, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  await utimes(path, second, second);
  return path;
}

async function linesOf(path: string, start = 0): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesFrom(path, start)) lines.push(line);
  return lines;
}

describe('the newest files', () => {
  test('come first, those of a folder among them, each once', async () => {
    const [old, young, single] = [
      await make('log/1.log', 'a', 10),
      await make('log/2.log', 'bc', 30),
      await make('single.csv', '', 20),
    ];
    await mkdir(join(root, 'log/archive'));
    const { files, unreadable } = await findNewestFiles(root, ['log', single, './log/1.log']);
    expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      [young, 2],
      [single, 0],
      [old, 1],
    ]);
    expect(unreadable).toEqual([]);
  });

  test('are named where they cannot be read', async () => {
    await make('a.log', '');
    expect((await findNewestFiles(root, ['gone', 'a.log/b'])).unreadable).toEqual([
      'gone (ENOENT)',
      'a.log/b (ENOTDIR)',
    ]);
  });
});

describe('the lines of a file', () => {
  test('without their ends', async () => {
    expect(await linesOf(await make('a', 'one\r\n\ntwo\u2028\nthree'))).toEqual([
      'one',
      '',
      'two\u2028',
      'three',
    ]);
  });

  test('from a place on', async () => {
    expect(await linesOf(await make('a', 'one\ntwo\nthree\n'), 5)).toEqual(['wo', 'three']);
    expect(await linesOf(await make('b', 'x'), 9)).toEqual([]);
  });

  test('over many pieces, a very long one left out', async () => {
    const lines = Array.from({ length: 30_000 }, (_, n) => `line ${n} äöü`);
    const path = await make('a', [...lines, 'x'.repeat(3_000_000), 'end'].join('\n'));
    expect(await linesOf(path)).toEqual([...lines, 'end']);
  });
});
