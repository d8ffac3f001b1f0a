import type { Counts } from '../report.ts';
import { sumOf, type Runner } from './runner.ts';

/** The Test Anything Protocol, versions 12 to 14: `ok 1 - name`, `not ok 2 - name # TODO`; subtests are indented. */
export const tap: Runner = {
  name: 'TAP',
  read: (output) => {
    if (!/^TAP version \d+$|^1\.\.\d+/m.test(output)) return null;
    const results = resultsOf(output);
    if (results.length === 0) return null;
    return /^# pass +\d+$/m.test(output) ? withSummary(output, results) : counted(results);
  },
};

interface Result {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly name: string;
  /** Its subtests were results of their own. */
  readonly hasSubtests: boolean;
}

/** `# tests 3`, `# pass 2`, …: Node, tape and others count at the end. */
function withSummary(output: string, results: readonly Result[]): Counts {
  return {
    passed: sumOf(output, /^# pass +(\d+)$/gm),
    failed: sumOf(output, /^# (?:fail|cancelled) +(\d+)$/gm),
    skipped: sumOf(output, /^# (?:skip|skipped|todo) +(\d+)$/gm),
    failing: counted(results).failing,
  };
}

function counted(results: readonly Result[]): Counts {
  const leaves = results.filter(({ hasSubtests }) => !hasSubtests);
  const count = (wanted: Result['outcome']) => leaves.filter(({ outcome }) => outcome === wanted).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    failing: leaves.flatMap(({ outcome, name }) => (outcome === 'failed' ? [name] : [])),
  };
}

/** Subtests come before the result of their sum, or after it between braces. */
function resultsOf(output: string): Result[] {
  const results: Result[] = [];
  /** Names of the subtests that are open, by indentation. */
  const open = new Map<number, string>();
  let last = -1;
  const close = (depth: number) => {
    for (const at of open.keys()) if (at >= depth) open.delete(at);
    last = depth;
  };
  for (const line of output.split('\n')) {
    const [, indent = '', rest = ''] = /^( *)(.*)$/.exec(line) ?? [];
    const depth = indent.length;
    if (rest === '}') close(depth);
    else if (rest.startsWith('# Subtest: ')) open.set(depth, rest.slice('# Subtest: '.length));
    const read = readResult(rest);
    if (read === null) continue;
    const above = [...open].filter(([at]) => at < depth).toSorted(([a], [b]) => a - b);
    const name = [...above.map(([, title]) => title), read.name].join(' › ');
    results.push({ outcome: read.outcome, name, hasSubtests: read.opens || last > depth });
    close(depth);
    if (read.opens) open.set(depth, read.name);
  }
  return results;
}

function readResult(line: string): { outcome: Result['outcome']; name: string; opens: boolean } | null {
  const [, not, rest] = /^(not )?ok\b(?: \d+)?(?: -)?(.*)$/.exec(line) ?? [];
  if (rest === undefined) return null;
  const [name = '', directive = ''] = rest.replace(/ \{$/, '').split(/ # (?=(?:skip|todo|time)\b)/i);
  const outcome = /^(?:skip|todo)/i.test(directive) ? 'skipped' : not === undefined ? 'passed' : 'failed';
  return { outcome, name: name.trim().replaceAll('\\#', '#'), opens: rest.endsWith(' {') };
}
