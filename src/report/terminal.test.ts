import { describe, expect, test } from 'vitest';
import { progressLines, summary } from './terminal.ts';

type Item = Parameters<typeof summary>[0][number];

const ITEM: Item = {
  id: '1.1',
  title: 'Slow order list',
  file: 'tasks/a.md',
  line: 3,
  kind: 'query',
  marker: 'x',
  outcome: 'proven',
  reason: { code: 'gain', message: 'faster' },
  before: { medianMs: 30, ci95Ms: [29, 31], runs: 10, sharedBlocks: 900, where: 'target' },
  after: { medianMs: 10, ci95Ms: [9, 11], runs: 10, sharedBlocks: 4, where: 'target' },
  speedup: { ratio: 3, ci95: [2.8, 3.2] },
  rows: 'same',
  rewrite: null,
  session: null,
  migrations: [],
  files: [],
  request: null,
  evidence: null,
};
const NOTE: Item = {
  ...ITEM,
  id: '#L9',
  kind: null,
  outcome: null,
  marker: ' ',
  reason: { code: 'not-recognised', message: 'nothing of ours' },
};

/** What could steer a terminal or hide text in it, around the letters a and b. */
const HOSTILE = {
  escape: 'a\u001B[2J\u001B]8;;https://example.com\u0007b',
  c1: 'a\u009B31mb',
  line: 'a\r\n\u0085\u2028\u2029b',
  backspace: 'a\b\b\u007Fb',
  bidi: 'a\u061C\u200E\u200F\u202A\u202E\u2066\u2069b',
  invisible: 'a\u200B\u200D\u2060\uFEFFb',
};
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- looking for control characters is the purpose
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/;

describe.each(Object.entries(HOSTILE))('hostile text: %s', (_name, text) => {
  const events: Parameters<typeof progressLines>[0][] = [
    { type: 'item-started', id: '1.1', title: text, file: 'a.md', line: 3 },
    { type: 'phase', id: '1.1', phase: 'diagnose', message: text },
    {
      type: 'approval-required',
      id: '1.1',
      request: 'abc',
      path: 'r.json',
      statements: [text, text],
      reasons: [text],
    },
  ];

  test('never reaches the terminal as progress', () => {
    for (const line of events.flatMap((event) => progressLines(event, false))) {
      expect(line).not.toMatch(UNPRINTABLE);
      expect(line).not.toContain('\n');
    }
    expect(progressLines(events[0]!, false)[0]).toMatch(/^1\.1 a .*b$/);
  });

  test('never reaches the terminal in the summary', () => {
    const blocked: Item = {
      ...ITEM,
      title: text,
      outcome: 'failed',
      marker: '!',
      reason: { code: 'x', message: text },
    };
    const shown = summary([blocked], 3, false);
    expect(shown).not.toMatch(UNPRINTABLE);
    expect(shown.split('\n')).toHaveLength(2);
  });
});

test('text of all scripts is printed as it is', () => {
  const title = 'Größe, 注文一覧, הזמנות, 🚀';
  expect(
    progressLines({ type: 'item-started', id: '1', title, file: 'a.md', line: 1 }, false).join(''),
  ).toContain(title);
});

test('colours only where they are wanted', () => {
  const event = { type: 'item-finished', item: ITEM } as const;
  expect(progressLines(event, false)).toEqual(['  [x] proven']);
  expect(progressLines(event, true).join('')).toContain('\u001B[32m[x]\u001B[39m');
});

describe('the summary', () => {
  test('has a line for each item of ours, and counts the others', () => {
    expect(summary([ITEM, NOTE], 0, false)).toBe(
      [
        '[x] 1.1 Slow order list: proven, 30 ms median (29–31, 10 runs; 900 blocks) → 10 ms median (9–11, 10 runs; 4 blocks), 3× as fast (2.8–3.2)',
        '1 entry is not ours and left alone',
        '',
      ].join('\n'),
    );
    expect(summary([NOTE, NOTE], 0, false)).toBe('2 entries are not ours and left alone\n');
  });

  test('says why, with today’s numbers', () => {
    const item: Item = {
      ...ITEM,
      outcome: 'no-gain',
      marker: '!',
      reason: { code: 'no-gain', message: 'nothing helped' },
    };
    expect(summary([item], 3, false)).toBe(
      '[!] 1.1 Slow order list: no-gain, nothing helped; 30 ms median (29–31, 10 runs; 900 blocks)\n',
    );
  });

  test('tells how to go on after an interruption', () => {
    for (const code of [130, 143])
      expect(summary([], code, false)).toBe('interrupted; run the same command again to go on\n');
  });
});
