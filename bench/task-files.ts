import process from 'node:process';
import { Parser } from 'commonmark';
import { editItem, type ItemEdit } from '../src/task/edit.ts';
import { parseTaskFile } from '../src/task/parse.ts';
import { bigTaskFile } from './big-task-file.ts';
import { interleave, seriesOf } from './interleave.ts';
import type { Row } from './table.ts';

const SHAPES = ['nested', 'flat'] as const;

/** Reading and editing large task files beside a plain CommonMark parse of the same text: CPU time of one process. */
export function taskFiles(): Row[] {
  return SHAPES.flatMap((shape) => {
    const small = measure(shape, 1_000, 12);
    const large = measure(shape, 10_000, 5);
    const growth = Math.log10(large.firstMs / small.firstMs);
    const reference = Math.log10(large.commonMarkMs / small.commonMarkMs);
    const megabytes = (large.bytes / 1e6).toFixed(1);
    return [
      {
        what: `10,000 items, ${shape}: read, edit, verify`,
        value: large.firstMs,
        unit: 'ms',
        goal: 1_000,
        note: `${large.spread} of CPU time; ${megabytes} MB`,
      },
      {
        what: '  / plain CommonMark parse',
        value: large.ratio,
        unit: '',
        goal: null,
        note: `with 1,000 items ${small.ratio.toFixed(2)}`,
      },
      {
        what: '  growth exponent, 1,000 to 10,000 items',
        value: growth,
        unit: '',
        goal: 1.1,
        note: `plain CommonMark parse ${reference.toFixed(2)}`,
      },
      {
        what: '  another edit / plain CommonMark parse',
        value: large.editMs / large.commonMarkMs,
        unit: '',
        goal: 0.25,
        note: `${large.editMs.toFixed(1)} ms of CPU time`,
      },
    ] satisfies Row[];
  });
}

function measure(shape: (typeof SHAPES)[number], items: number, rounds: number) {
  const editsMs: number[] = [];
  const text = (round: number) => bigTaskFile(shape, items, 1_000_000 + round);
  const { a, b, ratio } = interleave(
    rounds,
    (round) => {
      const source = text(round);
      return cpuOf(() => new Parser().parse(source));
    },
    (round) => {
      const source = text(round);
      let edited = '';
      const firstMs = cpuOf(() => (edited = editOne(source, 0.5)));
      const editMs = cpuOf(() => editOne(edited, 0.8));
      if (round > 0) editsMs.push(editMs);
      return firstMs;
    },
  );
  return {
    bytes: Buffer.byteLength(text(0)),
    commonMarkMs: a.medianMs,
    firstMs: b.medianMs,
    spread: b.spread,
    ratio,
    editMs: seriesOf(editsMs).medianMs,
  };
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

/** CPU milliseconds of this process, the garbage collector's threads included. */
function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
