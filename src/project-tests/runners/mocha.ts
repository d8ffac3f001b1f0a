import { isRecord, jsonObjects, numberOf, recordsOf, sumOf, textOf, type Runner } from './runner.ts';

export const mocha: Runner = {
  name: 'mocha',
  read: (output) => {
    if (!/^ {2}\d+ passing \(/m.test(output)) return null;
    return {
      passed: sumOf(output, /^ {2}(\d+) passing \(/gm),
      failed: sumOf(output, /^ {2}(\d+) failing$/gm),
      skipped: sumOf(output, /^ {2}(\d+) pending$/gm),
      failing: failingOf(output),
    };
  },
};

/** `  1) suite`, `       name:` below it, then the error; all after `  1 failing`. */
function failingOf(output: string): string[] {
  const [, ...sections] = output.split(/^ {2}\d+ failing$/m);
  return sections.flatMap((section) =>
    [...section.matchAll(/^ {2}\d+\) ([^\n]*(?:\n {5}[^\n]*)*?):$/gm)].map(([, title = '']) =>
      title
        .split('\n')
        .map((part) => part.trim())
        .join(' '),
    ),
  );
}

export const mochaJson: Runner = {
  name: 'mocha --reporter json',
  read: (output) => {
    const runs = jsonObjects(output).flatMap((run) =>
      isRecord(run['stats']) && Array.isArray(run['failures']) ? [{ run, stats: run['stats'] }] : [],
    );
    if (runs.length === 0) return null;
    const sum = (key: string) => runs.reduce((total, { stats }) => total + numberOf(stats[key]), 0);
    return {
      passed: sum('passes'),
      failed: sum('failures'),
      skipped: sum('pending'),
      failing: runs.flatMap(({ run }) => recordsOf(run['failures']).map((test) => textOf(test['fullTitle']))),
    };
  },
};
