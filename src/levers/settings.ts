import type { Proposal } from '../change.ts';
import { parsePlan } from '../explain/plan.ts';
import type { Finding } from '../explain/finding.ts';
import type { Trial } from '../trial.ts';
import type { Lever, SlowStatement } from './lever.ts';
import { withSettings } from './session-settings.ts';

/** Findings of work that did not fit into memory. */
const SPILLS = new Set([
  'disk-sort',
  'hash-spill',
  'hash-aggregate-spill',
  'tuplestore-spill',
  'lossy-bitmap',
  'memoize-thrash',
  'temporary-files',
]);
/** Findings of a nested loop that runs far more often than the planner thought. */
const BLOW_UP = 'nested-loop-blow-up';
const NESTED_LOOPS = new Set([BLOW_UP, 'inner-sequential-scan', 'row-misestimate']);
const JIT = new Set(['jit', 'jit-overhead']);
/** How many relations the planner puts into the best order by itself (`join_collapse_limit`). */
const COLLAPSED = 8;
/** More for one statement is a matter for whoever knows how many run at once. */
const MOST_MEMORY_KB = 1024 * 1024;

/** Settings for this statement's session: tried there, adopted by whoever owns the application. */
export const settings: Lever = {
  name: 'settings',
  summary:
    'Settings for the session of this statement: more work_mem (16 times, then 4 or 64 times), no nested loops, no JIT, cheaper random pages, longer join lists; each where a finding speaks for it.',
  propose(slow, trials) {
    const has = (codes: ReadonlySet<string>) => slow.findings.filter(({ code }) => codes.has(code));
    return [
      ...moreMemory(slow, trials, has(SPILLS)),
      ...(has(NESTED_LOOPS).length === 0 || !usesNode(slow, 'Nested Loop')
        ? []
        : [
            withSettings(
              slow,
              { enable_nestloop: 'off' },
              'the nested loop runs far more often than the planner expects',
            ),
          ]),
      ...(has(JIT).length === 0
        ? []
        : [withSettings(slow, { jit: 'off' }, 'compiling takes a large share of the time')]),
      ...cheaperRandomPages(slow),
      ...longerJoinLists(slow),
    ];
  },
};

/** Whether what settings cure is the worst that was found: then they come before what has to be built. */
export function isMatterOfSettings({ findings }: Pick<SlowStatement, 'findings'>): boolean {
  const [worst] = findings.filter(({ costMs }) => costMs !== null);
  return worst !== undefined && (SPILLS.has(worst.code) || JIT.has(worst.code) || worst.code === BLOW_UP);
}

/**
 * Sixteen times as much; then four times, where that was good, or sixty-four times, where it still was not enough. Where
 * nothing spills any more and nothing is won, more would win nothing either.
 */
function moreMemory(slow: SlowStatement, trials: readonly Trial[], spills: readonly Finding[]): Proposal[] {
  const now = kilobytes(slow.server.settings['work_mem']);
  if (spills.length === 0 || now === null) return [];
  const worst = spills[0]?.message ?? '';
  const times = (factor: number): Proposal[] =>
    now * factor > MOST_MEMORY_KB
      ? []
      : [withSettings(slow, { work_mem: renderKilobytes(now * factor) }, worst)];
  const [first] = times(16);
  const trial = trials.find(({ proposal }) => proposal.id === first?.id);
  if (first === undefined) return times(4);
  if (trial === undefined) return [first];
  return [first, ...(trial.accepted ? times(4) : stillSpills(trial) ? times(64) : [])];
}

function stillSpills(trial: Trial): boolean {
  if (trial.state !== 'measured' || trial.planAfter === null) return true;
  return parsePlan(trial.planAfter)
    .nodes()
    .some(({ exclusiveTempBlocks }) => (exclusiveTempBlocks ?? 0) > 0);
}

/** An index is there, and the planner shuns it: it takes reading single pages for four times as dear as reading on. */
function cheaperRandomPages(slow: SlowStatement): Proposal[] {
  const cost = Number(slow.server.settings['random_page_cost'] ?? 4);
  const scans = slow.findings.filter(({ code }) => code === 'sequential-scan');
  const indexed = scans.some(({ relation, numbers }) =>
    slow.relations.some(
      ({ relation: table }) =>
        table.name === relation?.name &&
        table.schema === relation.schema &&
        table.indexes.some(({ keys }) => mentions(String(numbers['filter'] ?? ''), keys[0]?.column ?? null)),
    ),
  );
  if (!indexed || !(cost > 1.1)) return [];
  return [
    withSettings(slow, { random_page_cost: '1.1' }, 'an index exists, and the planner takes it for too dear'),
  ];
}

/** Beyond its limit the planner takes joins in the order of the text. */
function longerJoinLists(slow: SlowStatement): Proposal[] {
  const tables = slow.plan.nodes().filter(({ relation }) => relation !== null).length;
  if (tables <= COLLAPSED) return [];
  const limit = String(Math.min(12, tables));
  return [
    withSettings(
      slow,
      { join_collapse_limit: limit, from_collapse_limit: limit },
      `beyond ${COLLAPSED} relations the planner joins in the order of the text`,
    ),
  ];
}

function usesNode({ plan }: SlowStatement, type: string): boolean {
  return plan.nodes().some((node) => node.type === type);
}

function mentions(condition: string, column: string | null): boolean {
  return column !== null && new RegExp(`\\b${column.replaceAll(/[^\w]/g, '.')}\\b`).test(condition);
}

const UNITS: Readonly<Record<string, number>> = { kB: 1, MB: 1024, GB: 1024 ** 2 };

/** `4MB` as `SHOW` prints it; null where it cannot be read. */
function kilobytes(text: string | undefined): number | null {
  const [, number, unit = 'kB'] = /^(\d+)\s*(kB|MB|GB)?$/.exec(text ?? '') ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit] ?? 1);
}

function renderKilobytes(amount: number): string {
  return amount % 1024 === 0 ? `${amount / 1024}MB` : `${amount}kB`;
}
