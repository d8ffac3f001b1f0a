import { Parser } from 'commonmark';
import { editItem, type ItemEdit } from '../src/task/edit.ts';
import { parseTaskFile } from '../src/task/parse.ts';
import { bigTaskFile } from './big-task-file.ts';
import { cpuOf } from './cpu.ts';
import { interleave, seriesOf } from './interleave.ts';
import type { Row } from './table.ts';

const SHAPES = ['nested', 'flat'] as const;
type Shape = (typeof SHAPES)[number];

/** Reading and editing large task files: CPU time of one process. */
export function taskFiles(): Row[] {
  return SHAPES.flatMap((shape) => {
    const [large, plain] = [besidePlainParse(shape, 10_000, 5), besidePlainParse(shape, 1_000, 20)];
    const growth = growthOf(shape, 5);
    return [
      {
        what: `10,000 items, ${shape}: read, edit, verify`,
        value: large.first.medianMs,
        unit: 'ms',
        goal: 1_000,
        note: `${large.first.spread} of CPU time; ${(large.bytes / 1e6).toFixed(1)} MB`,
      },
      {
        what: '  / plain CommonMark parse',
        value: large.ratio,
        unit: '',
        goal: null,
        note: `with 1,000 items ${plain.ratio.toFixed(2)}`,
      },
      {
        what: '  growth from 1,000 items, exponent',
        value: growth,
        unit: '',
        goal: 1.1,
        note: 'one file of 10,000 beside ten of 1,000',
      },
      {
        what: '  another edit / plain CommonMark parse',
        value: large.again.medianMs / large.plain.medianMs,
        unit: '',
        goal: 0.5,
        note: `${large.again.spread} of CPU time`,
      },
    ] satisfies Row[];
  });
}

/** A plain parse and our reading and editing, of the same text, which is new in each round. */
function besidePlainParse(shape: Shape, items: number, rounds: number) {
  const againMs: number[] = [];
  const textOf = (round: number) => bigTaskFile(shape, items, items + round);
  const { a, b, ratio } = interleave(
    rounds,
    (round) => {
      const text = textOf(round);
      return cpuOf(() => new Parser().parse(text));
    },
    (round) => {
      const text = textOf(round);
      let edited = '';
      const firstMs = cpuOf(() => (edited = editOne(text, 0.5)));
      againMs.push(cpuOf(() => editOne(edited, 0.8)));
      return firstMs;
    },
  );
  return {
    plain: a,
    first: b,
    again: seriesOf(againMs.slice(1)),
    ratio,
    bytes: Buffer.byteLength(textOf(0)),
  };
}

/** The same number of items in ten files and in one: equal work for whatever is proportional to the text. */
function growthOf(shape: Shape, rounds: number): number {
  const { ratio } = interleave(
    rounds,
    (round) => {
      const texts = Array.from({ length: 10 }, (_, file) => bigTaskFile(shape, 1_000, 10 * round + file));
      return cpuOf(() => texts.map((text) => editOne(text, 0.5)));
    },
    (round) => {
      const text = bigTaskFile(shape, 10_000, 100 + round);
      return cpuOf(() => editOne(text, 0.5));
    },
  );
  return 1 + Math.log10(ratio);
}

const EDIT: ItemEdit = {
  marker: 'x',
  fields: [
    { name: 'Status', value: ['✅ Completed'] },
    { name: 'File', value: [{ code: 'migrations/20261122101500_orders_customer_id_idx.up.sql' }] },
    { name: 'Before', value: ['2,400 ms median (2,310–2,480, 12 runs; 41,210 blocks)'] },
    { name: 'After', value: ['45 ms median (44–47, 12 runs; 88 blocks; 98 % less time)'] },
  ],
  owned: new Map(),
};

/** Reads the file and completes the leaf that stands so far down in it. */
function editOne(text: string, depth: number): string {
  const { items } = parseTaskFile(text);
  const leaves = items.filter(({ childKeys }) => childKeys.length === 0);
  const leaf = leaves[Math.floor(leaves.length * depth)];
  if (leaf === undefined) throw new Error('the file has no items');
  const result = editItem(text, leaf.key, EDIT);
  if (!result.ok) throw new Error(result.message);
  return result.text;
}
