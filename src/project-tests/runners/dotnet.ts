import { namesOf, summing } from './runner.ts';

/** `Failed!  - Failed:     1, Passed:     3, Skipped:     0, Total:     4, Duration: 5 ms - Shop.Tests.dll`, one an assembly. */
const SUMMARY = /^(?:Passed|Failed)! +- Failed: +\d+, Passed: +\d+, Skipped: +\d+, Total: +\d+.*$/gm;

export const dotnet = summing('dotnet test', {
  summary: SUMMARY,
  passed: /Passed: +(\d+)/g,
  failed: /Failed: +(\d+)/g,
  skipped: /Skipped: +(\d+)/g,
  failing: (output) => namesOf(output, /^ {2}Failed (.+) \[[^\]]+\]$/gm),
});
