import type { Counts } from '../report.ts';
import { jsonObjects, namesOf, textOf, type Runner } from './runner.ts';

/**
 * `go test -v` names every test; without it only what failed, so packages are counted then. A test with subtests is
 * their sum and not counted itself.
 */
export const goTest: Runner = {
  name: 'go test',
  read: (output) => {
    const packages = [...output.matchAll(/^(ok {2}|FAIL)\t(\S+)(?:\t| |$)(.*)$/gm)];
    const good = packages.filter(([, word]) => word === 'ok  ').length;
    const bad = packages.filter(([, word]) => word === 'FAIL');
    if (good + bad.length === 0) return null;
    const failing = failingOf(output);
    if (!/^=== RUN /m.test(output))
      return { passed: good, failed: bad.length, skipped: 0, failing, unit: 'packages' };
    const parents = parentsOf(namesOf(output, /^ *--- (?:PASS|FAIL|SKIP): (\S+)/gm));
    const leaves = (word: string) =>
      namesOf(output, new RegExp(`^ *--- ${word}: (\\S+)`, 'gm')).filter((name) => !parents.has(name));
    const broken = bad.filter(([, , , rest = '']) => rest.includes('failed]')).length;
    return {
      passed: leaves('PASS').length,
      failed: leaves('FAIL').length + broken,
      skipped: leaves('SKIP').length,
      failing,
    };
  },
};

/** A package's line comes after those of its tests. */
function failingOf(output: string): string[] {
  const names: string[] = [];
  let own: string[] = [];
  for (const line of output.split('\n')) {
    const [, failed] = /^ *--- FAIL: (\S+)/.exec(line) ?? [];
    if (failed !== undefined) own.push(failed);
    const [, name] = /^(?:FAIL|ok {2})\t(\S+)/.exec(line) ?? [];
    if (name === undefined) continue;
    const parents = parentsOf(own);
    const leaves = own.filter((test) => !parents.has(test)).map((test) => `${name}.${test}`);
    if (line.startsWith('FAIL')) names.push(...(leaves.length === 0 ? [name] : leaves));
    own = [];
  }
  return names;
}

/** `TestSum` for `TestSum/empty_cart`. */
function parentsOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index))));
}

export const goTestJson: Runner = {
  name: 'go test -json',
  read: (output) => {
    const events = jsonObjects(output).filter((event) => 'Action' in event && 'Package' in event);
    if (events.length === 0) return null;
    const ended = events.filter(({ Action }) => Action === 'pass' || Action === 'fail' || Action === 'skip');
    const tests = ended.filter(({ Test }) => typeof Test === 'string');
    // The package's own slashes make no test of its folders.
    const parents = parentsOf(tests.map(nameOf));
    const leaves = tests.filter((test) => !parents.has(nameOf(test)));
    const failed = new Set(leaves.filter(({ Action }) => Action === 'fail').map((test) => test['Package']));
    // A package that does not build fails without a test.
    const broken = ended.filter(
      ({ Action, Package, Test }) => Action === 'fail' && Test === undefined && !failed.has(Package),
    );
    const count = (action: string) => leaves.filter(({ Action }) => Action === action).length;
    return {
      passed: count('pass'),
      failed: count('fail') + broken.length,
      skipped: count('skip'),
      failing: [...leaves.filter(({ Action }) => Action === 'fail'), ...broken].map(nameOf),
    } satisfies Counts;
  },
};

function nameOf({ Package, Test }: Readonly<Record<string, unknown>>): string {
  return Test === undefined ? textOf(Package) : `${textOf(Package)}.${textOf(Test)}`;
}
