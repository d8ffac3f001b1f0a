import { namesOf, sumOf, type Runner } from './runner.ts';

/** One line for each target of `cargo test`. */
const SUMMARY = /^test result: .*; finished in .*$|^test result: .*filtered out.*$/gm;

export const cargo: Runner = {
  name: 'cargo test',
  read: (output) => {
    const summary = output.match(SUMMARY)?.join('\n');
    if (summary === undefined) return null;
    return {
      passed: sumOf(summary, /(\d+) passed/g),
      failed: sumOf(summary, /(\d+) failed/g),
      skipped: sumOf(summary, /(\d+) ignored/g),
      failing: namesOf(output, /^test (.+?)(?: - should panic)? \.\.\. FAILED$/gm),
    };
  },
};
