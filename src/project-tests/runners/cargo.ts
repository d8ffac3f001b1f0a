import { namesOf, summing } from './runner.ts';

/** One line for each target of `cargo test`. */
const SUMMARY = /^test result: .*; finished in .*$|^test result: .*filtered out.*$/gm;

export const cargo = summing('cargo test', {
  summary: SUMMARY,
  passed: /(\d+) passed/g,
  failed: /(\d+) failed/g,
  skipped: /(\d+) ignored/g,
  failing: (output) => namesOf(output, /^test (.+?)(?: - should panic)? \.\.\. FAILED$/gm),
});
