import { namesOf, sumOf, type Runner } from './runner.ts';

/** `Failed!  - Failed:     1, Passed:     3, Skipped:     0, Total:     4, Duration: 5 ms - Shop.Tests.dll`, one an assembly. */
const SUMMARY = /^(?:Passed|Failed)! +- Failed: +\d+, Passed: +\d+, Skipped: +\d+, Total: +\d+.*$/gm;

export const dotnet: Runner = {
  name: 'dotnet test',
  read: (output) => {
    const summary = output.match(SUMMARY)?.join('\n');
    if (summary === undefined) return null;
    return {
      passed: sumOf(summary, /Passed: +(\d+)/g),
      failed: sumOf(summary, /Failed: +(\d+)/g),
      skipped: sumOf(summary, /Skipped: +(\d+)/g),
      failing: namesOf(output, /^ {2}Failed (.+) \[[^\]]+\]$/gm),
    };
  },
};
