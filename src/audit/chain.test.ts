import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyAgainstAnchors } from './anchors.ts';
import { EMPTY_CHAIN, NO_HASH, readLine, seal, toLine, type ChainState, type Line } from './chain.ts';
import type { AuditRecord } from './record.ts';

const LOG_ID = '5f0c8a52-7f4e-4c1e-9a39-0d3f0b6e7a11';

function chainOf(texts: readonly string[]): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (const [index, text] of ['', ...texts].entries()) {
    records.push(
      seal({
        seq: index + 1,
        at: '2026-11-22T10:15:00.000Z',
        logId: LOG_ID,
        actor: { user: 'ann', pid: 7, terminal: false },
        runId: 'run',
        event: index === 0 ? 'opened' : 'recorded',
        ...(index === 0 ? {} : { taskFile: 'tasks/a.md', item: '1.1', outcome: text }),
        prev: records.at(-1)?.hash ?? NO_HASH,
      }),
    );
  }
  return records;
}

const bytesOf = (records: readonly AuditRecord[]) =>
  Buffer.from(records.map((record) => `${toLine(record)}\n`).join(''));

/** Reads a whole file's bytes. */
function read(bytes: Buffer): { readonly state: ChainState; readonly hashes: ReadonlyMap<number, string> } {
  let state = EMPTY_CHAIN;
  const hashes = new Map<number, string>();
  for (const line of split(bytes)) {
    const next = readLine(state, line);
    state = next.state;
    if (next.record !== null) hashes.set(next.record.seq, next.record.hash);
  }
  return { state, hashes };
}

function split(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.push({ bytes: bytes.subarray(start, end), ended: true });
    start = end + 1;
  }
  if (start < bytes.length) lines.push({ bytes: bytes.subarray(start), ended: false });
  return lines;
}

const says = (bytes: Buffer) => {
  const { problems, torn } = read(bytes).state;
  return problems.length + torn.length;
};

const texts = fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 2, maxLength: 6 });
const RUNS = { numRuns: 500 };

test('A2: anybody can compute a hash by what is documented', () => {
  const [first, second] = chainOf(['proven']);
  const sorted =
    '{"actor":{"pid":7,"terminal":false,"user":"ann"},"at":"2026-11-22T10:15:00.000Z","event":"recorded","item":"1.1",' +
    `"logId":"${LOG_ID}","outcome":"proven","prev":"${first?.hash}","runId":"run","seq":2,"taskFile":"tasks/a.md"}`;
  expect(second?.hash).toBe(createHash('sha256').update(`${first?.hash}${sorted}`).digest('hex'));
});

describe('a chain', () => {
  test('A2: is whole as it was written, whatever its texts are', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const { state } = read(bytesOf(chainOf(given)));
        expect(state).toMatchObject({ problems: [], torn: [], records: given.length + 1, logId: LOG_ID });
      }),
    );
  });

  test('A2: one changed byte is found', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, place, by) => {
        const bytes = bytesOf(chainOf(given));
        const at = place % bytes.length;
        bytes[at] = (bytes[at]! + by) % 256;
        expect(says(bytes)).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  test('A2: one byte more and one byte less are found', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.integer({ min: 0, max: 255 }), (given, place, byte) => {
        const bytes = bytesOf(chainOf(given));
        const at = place % (bytes.length + 1);
        expect(
          says(Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)])),
        ).toBeGreaterThan(0);
        const gone = place % bytes.length;
        expect(says(Buffer.concat([bytes.subarray(0, gone), bytes.subarray(gone + 1)]))).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  test('A2: a record that was left out, doubled, moved or written anew is a break', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), (given, one, other) => {
        const records = chainOf(given);
        const i = one % (records.length - 1);
        const j = i + 1 + (other % (records.length - 1 - i));
        const swapped = records.with(i, records[j]!).with(j, records[i]!);
        const { hash: _, ...rest } = records[i]!;
        const anew = records.with(i, seal({ ...rest, runId: 'another' }));
        for (const changed of [swapped, anew, records.toSpliced(i, 1), records.toSpliced(i, 0, records[j]!)])
          expect(read(bytesOf(changed)).state.problems).not.toEqual([]);
      }),
    );
  });

  test('A2: the same JSON in other bytes is a break', () => {
    const [first, second] = chainOf(['é']).map(toLine);
    for (const other of [` ${second}`, `${second} `, second!.replace('é', '\\u00e9'), `${second}\r`])
      expect(read(Buffer.from(`${first}\n${other}\n`)).state.problems).toHaveLength(1);
  });

  test('A2: says where it breaks and what was expected, and goes on', () => {
    const records = chainOf(['a', 'b', 'c', 'd']);
    const { problems } = read(bytesOf(records.toSpliced(2, 1))).state;
    expect(problems).toEqual([{ line: 3, seq: 4, expected: 'seq 3', found: 'seq 4' }]);
    const changed = read(
      Buffer.from(bytesOf(records).toString().replace('"outcome":"c"', '"outcome":"x"')),
    ).state;
    expect(changed.problems).toMatchObject([{ line: 4, seq: 4, found: `hash ${records[3]?.hash}` }]);
    expect(changed).toMatchObject({ records: 5, lines: 5 });
  });

  test('nothing deep or long breaks the reader', () => {
    const deep = Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}\n`);
    expect(read(deep).state.problems).toHaveLength(1);
    const many = read(Buffer.from('x\n'.repeat(50_000))).state;
    expect(many).toMatchObject({ lines: 50_000 });
    expect(many.problems.length).toBeLessThan(100);
  });
});

describe('a torn line', () => {
  test('A3: is named and passed over where it is the beginning of the record to come', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), (given, one, length) => {
        const lines = chainOf(given).map(toLine);
        const at = one % lines.length;
        const cut = Buffer.from(lines[at]!);
        const torn = cut.subarray(0, length % cut.length);
        const bytes = Buffer.concat(
          lines.flatMap((line, index) => [
            ...(index === at ? [torn, Buffer.from('\n')] : []),
            Buffer.from(`${line}\n`),
          ]),
        );
        expect(read(bytes).state).toMatchObject({ problems: [], torn: [at + 1], records: lines.length });
      }),
    );
  });

  test('A3: zeros at its end are what a file system may leave', () => {
    const [first, second] = chainOf(['a']).map(toLine);
    const torn = read(Buffer.from(`${first}\n{"seq":2,"at":\0\0\0\n${second}\n`)).state;
    expect(torn).toMatchObject({ problems: [], torn: [2] });
  });

  test.each(['x', '{"seq":9,"at', '{"seq":3,"a":1}', 'null'])('A3: %s is no torn line', (line) => {
    const records = chainOf(['a']);
    expect(read(Buffer.concat([bytesOf(records), Buffer.from(`${line}\n`)])).state.problems).toHaveLength(1);
  });
});

describe('anchors', () => {
  const anchorOf = ({ seq, hash }: AuditRecord) => ({ seq, hash, at: '', role: 'app' });

  test('A5: a log that lost its end, or was written anew whole, is found', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (given, place) => {
        const records = chainOf(given);
        const anchors = records.map(anchorOf);
        const check = (some: readonly AuditRecord[]) => {
          const { state, hashes } = read(bytesOf(some));
          expect(state.problems).toEqual([]);
          return verifyAgainstAnchors({ last: state.seq, hashes }, anchors);
        };
        expect(check(records)).toEqual([]);
        const kept = 1 + (place % (records.length - 1));
        const truncated = check(records.slice(0, kept));
        expect(truncated).toHaveLength(records.length - kept);
        expect(truncated.every((problem) => problem.truncated)).toBe(true);
        const anew = check(chainOf(given.with(0, `${given[0]}!`)));
        expect(anew[0]).toMatchObject({ seq: 2, truncated: false });
      }),
    );
  });
});
