import { namesOf, sumOf, type Runner } from './runner.ts';

export const playwright: Runner = {
  name: 'playwright test',
  read: (output) => {
    if (!/^Running \d+ tests? using \d+ workers?/m.test(output)) return null;
    return {
      passed: sumOf(output, /^ {2}(\d+) (?:passed|flaky)\b/gm),
      failed: sumOf(output, /^ {2}(\d+) (?:failed|interrupted)$/gm),
      skipped: sumOf(output, /^ {2}(\d+) (?:skipped|did not run)$/gm),
      failing: [...output.matchAll(/^ {2}\d+ (?:failed|interrupted)\n((?: {4}.*\n?)+)/gm)].flatMap(
        ([, list = '']) =>
          // `    [chromium] › a.spec.ts:3:1 › suite › name ────`: the line may move.
          namesOf(list, /^ {4}(.+?)[ ─]*$/gm).map((name) => name.replace(/:\d+:\d+ ›/, ' ›')),
      ),
    };
  },
};
