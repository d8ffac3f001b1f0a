import pc from 'picocolors';
import type { Finding } from '../explain/finding.ts';
import type { Plan, PlanNode } from '../explain/tree.ts';
import { sharedBlocksOf } from '../explain/tree.ts';
import { formatCount, formatMs } from './format.ts';
import { detailsOf, labelOf } from './plan-node.ts';
import { printable } from './printable.ts';
import { wrap } from './wrap.ts';

/** What fits a terminal that nobody has made wider, and a page. */
const WIDTH = 100;
/** Deeper nodes are not indented further. */
const DEEPEST = 10;
/** PEV2's levels. */
const MUCH = 0.1;
const MOST = 0.4;
/** PEV2, depesz and pgAdmin mark a factor of 10. */
const FACTOR = 10;

type Paint = ReturnType<typeof pc.createColors>;

interface Column {
  readonly head: string;
  readonly width: number;
  readonly value: (plan: Plan, node: PlanNode) => number | null;
  readonly format: (value: number, width: number) => string;
}

const MEASURED: readonly Column[] = [
  { head: 'own time', width: 11, value: (_, { exclusiveMs }) => exclusiveMs, format: shortTime },
  { head: 'share', width: 6, value: shareOf, format: percent },
  {
    head: 'rows',
    width: 11,
    value: (_, { actual }) => actual && actual.rows * actual.loops,
    format: shortCount,
  },
  {
    head: 'planned',
    width: 11,
    value: (_, node) => node.estimated.rows * (node.actual?.loops ?? 1),
    format: shortCount,
  },
  { head: 'loops', width: 8, value: (_, { actual }) => actual?.loops ?? 0, format: shortCount },
  { head: 'blocks', width: 9, value: (_, node) => sharedBlocksOf(node), format: shortCount },
];

const ESTIMATED: readonly Column[] = [
  { head: 'cost', width: 13, value: (_, { estimated }) => estimated.totalCost, format: shortCount },
  { head: 'rows', width: 13, value: (_, { estimated }) => estimated.rows, format: shortCount },
  { head: 'bytes/row', width: 11, value: (_, { estimated }) => estimated.width, format: shortCount },
];

/** A plan as a tree with its numbers, what matters marked; then what there is to say about it, the worst first. */
export function planText(plan: Plan, findings: readonly Finding[], color: boolean): string {
  const paint = pc.createColors(color);
  const lines = [
    ...treeLines(plan, findings, paint),
    '',
    ...summaryLines(plan),
    '',
    ...findingLines(plan, findings, paint),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function treeLines(plan: Plan, findings: readonly Finding[], paint: Paint): string[] {
  const columns = plan.analyzed ? MEASURED : ESTIMATED;
  const marked = new Map(
    findings.map(({ node, costMs }) => [node, costMs]).filter(([node]) => node !== undefined) as [
      number,
      number | null,
    ][],
  );
  const heads = columns.map(({ head, width }) => head.padStart(width)).join('');
  const nodes = plan.nodes();
  const digits = String(nodes.length).length;
  const room = WIDTH - heads.length;
  return [
    paint.dim('node'.padEnd(room) + heads),
    ...nodes.flatMap((node) => {
      const depth = Math.min(DEEPEST, plan.ancestors(node).length);
      const indent = '  '.repeat(depth);
      const mark = marked.has(node.id) ? '!' : ' ';
      const start = `${mark}${String(node.id).padStart(digits)} ${indent}`;
      const label = printable(labelOf(node));
      const values = columns.map((column) => cell(column, plan, node)).join('');
      const inside = ' '.repeat(start.length);
      return [
        ...nodeLines(start, label, values, room).map((line) =>
          emphasized(line, shareOf(plan, node), mark === '!', paint),
        ),
        ...[...misestimate(node), ...detailsOf(node)].flatMap((detail) =>
          wrap(printable(detail), WIDTH, `${inside}  `, `${inside}    `).map((line) => paint.dim(line)),
        ),
      ];
    }),
  ];
}

function cell({ width, value, format }: Column, plan: Plan, node: PlanNode): string {
  const shown = value(plan, node);
  return (shown === null ? '' : format(shown, width - 1)).padStart(width);
}

/** In thousands of millions where there is no room for more. */
function shortCount(value: number, width: number): string {
  const whole = formatCount(value);
  if (whole.length <= width) return whole;
  const millions = `${formatCount(value / 1e6)} M`;
  return millions.length <= width ? millions : value.toExponential(1);
}

function shortTime(ms: number, width: number): string {
  const exact = formatMs(ms);
  return exact.length <= width ? exact : `${shortCount(ms / 1000, width - 2)} s`;
}

/** A label that leaves no room for the numbers has a line of its own. */
function nodeLines(start: string, label: string, values: string, room: number): string[] {
  const head = start + label;
  if (Array.from(head).length < room) return [head.padEnd(room) + values];
  return [...wrap(label, WIDTH, start, `${' '.repeat(start.length)}  `), ' '.repeat(room) + values];
}

function emphasized(line: string, share: number | null, isMarked: boolean, paint: Paint): string {
  if ((share ?? 0) >= MOST) return paint.red(paint.bold(line));
  if ((share ?? 0) >= MUCH) return paint.yellow(line);
  return isMarked ? paint.bold(line) : line;
}

function misestimate({ actual, estimated }: PlanNode): string[] {
  if (actual === null) return [];
  const [rows, planned] = [Math.max(1, actual.rows), Math.max(1, estimated.rows)];
  const factor = Math.max(rows / planned, planned / rows);
  if (factor < FACTOR) return [];
  return [`rows: ${formatCount(factor)} times ${rows > planned ? 'as many as' : 'fewer than'} planned`];
}

function shareOf({ totalMs }: Plan, { exclusiveMs }: PlanNode): number | null {
  return exclusiveMs === null || totalMs === null || totalMs === 0
    ? null
    : Math.min(1, exclusiveMs / totalMs);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function summaryLines(plan: Plan): string[] {
  const { statement, root, sharedBlocks } = plan;
  const parts = [
    ...(plan.executionMs === null ? [] : [`execution ${formatMs(plan.executionMs)}`]),
    ...(plan.planningMs === null ? [] : [`planning ${formatMs(plan.planningMs)}`]),
    ...(sharedBlocks === null || !plan.analyzed
      ? []
      : [`${formatCount(sharedBlocks)} blocks, ${formatCount(root.sharedReadBlocks ?? 0)} of them read`]),
    ...(statement.serialization === null || !plan.analyzed
      ? []
      : [`result ${formatCount(statement.serialization.outputKb)} kB`]),
    ...(plan.analyzed
      ? []
      : [`cost ${formatCount(root.estimated.totalCost)}; estimates, nothing was executed`]),
  ];
  return wrap(parts.join('; '), WIDTH);
}

/** Partitions and branches repeat what is wrong with the first of them. */
const MOST_ALIKE = 3;

function findingLines(plan: Plan, findings: readonly Finding[], paint: Paint): string[] {
  if (findings.length === 0) return ['Nothing in the plan stands out.'];
  const isShown = ({ code }: Finding, at: number) =>
    findings.slice(0, at).filter((earlier) => earlier.code === code).length < MOST_ALIKE;
  const shown = findings.filter(isShown);
  const digits = String(shown.length).length;
  const more = new Map<string, number>();
  for (const { code } of findings.filter((finding) => !shown.includes(finding)))
    more.set(code, (more.get(code) ?? 0) + 1);
  const rest = [...more].map(([code, times]) => `${formatCount(times)} times ${code}`).join(', ');
  return [
    ...shown.flatMap((finding, at) => linesOf(plan, finding, String(at + 1).padStart(digits), paint)),
    ...(rest === '' ? [] : wrap(`And ${rest}; --json has them all.`, WIDTH)),
  ];
}

function linesOf(
  plan: Plan,
  { code, message, advice, node, relation, costMs }: Finding,
  number: string,
  paint: Paint,
): string[] {
  const share = costMs === null || plan.totalMs === null ? null : Math.min(1, costMs / plan.totalMs);
  const where = [
    ...(node === undefined ? [] : [`node ${node}`]),
    ...(relation === null ? [] : [`${relation.schema}.${relation.name}`]),
    ...(costMs === null ? [] : [formatMs(costMs)]),
    ...(share === null ? [] : [percent(share)]),
  ].join(', ');
  const inside = ' '.repeat(number.length + 2);
  const advised = advice === undefined ? [] : wrap(printable(advice), WIDTH, `${inside}→ `, `${inside}  `);
  return [
    `${paint.bold(`${number}. ${costMs === null ? code : paint.yellow(code)}`)}${where === '' ? '' : ` (${printable(where)})`}`,
    ...wrap(printable(message), WIDTH, inside),
    ...advised.map((line) => paint.dim(line)),
  ];
}
