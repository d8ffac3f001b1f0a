import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

/** `- **S1** …` up to the next claim, list end or heading. */
const CLAIM = /^- \*\*(S\d+)\*\* ([\s\S]*?)(?=^- \*\*S|\n\n)/gm;
/** `file` › the beginning of a title, up to the next reference or the end. */
const REFERENCE = /`([^`]+\.test\.ts)` › ([^;]+?)(?=;|\.$|$)/g;

const text = await read('docs/security.md');
const claims = [...text.matchAll(CLAIM)].map(([, id = '', body = '']) => {
  const line = body.replace(/\s+/g, ' ').trim();
  const references = [...line.matchAll(REFERENCE)].map(([, file = '', title = '']) => ({
    file,
    title: title.trim(),
  }));
  return { id, references };
});

test('docs/security.md numbers its claims once each', () => {
  expect(claims.length).toBeGreaterThan(20);
  expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
});

test.each(claims.map(({ id, references }) => [id, references] as const))(
  '%s names the tests that show it, and they are there',
  async (_id, references) => {
    expect(references).not.toEqual([]);
    const missing: string[] = [];
    for (const { file, title } of references) {
      const source = await read(file).catch(() => '');
      if (!source.includes(title)) missing.push(`${file} › ${title}`);
    }
    expect(missing).toEqual([]);
  },
);
