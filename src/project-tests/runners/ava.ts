import { namesOf, sumOf, type Runner } from './runner.ts';

export const ava: Runner = {
  name: 'ava',
  read: (output) => {
    if (!/^ {2}\d+ tests? (?:passed|failed)$/m.test(output)) return null;
    return {
      passed: sumOf(output, /^ {2}(\d+) tests? passed$/gm),
      failed: sumOf(output, /^ {2}(\d+) (?:tests? failed|uncaught exceptions?|unhandled rejections?)$/gm),
      skipped: sumOf(output, /^ {2}(\d+) (?:tests? (?:skipped|todo)|known failures?)$/gm),
      failing: namesOf(output, /^ {2}✘ \[fail\]: (.+)$/gm),
    };
  },
};
