import { namesOf, sumOf, summing, type Runner } from './runner.ts';

export const rspec: Runner = {
  name: 'rspec',
  read: (output) => {
    const summary = output.match(/^\d+ examples?, \d+ failures?.*$/gm)?.join('\n');
    if (summary === undefined) return null;
    const all = sumOf(summary, /(\d+) examples?/g);
    const failures = sumOf(summary, /(\d+) failures?/g);
    const pending = sumOf(summary, /(\d+) pending/g);
    return {
      passed: all - failures - pending,
      failed: failures + sumOf(summary, /(\d+) errors? occurred outside/g),
      skipped: pending,
      // `rspec ./spec/a_spec.rb:5 # A does b`
      failing: namesOf(output, /^rspec \S+ # (.+)$/gm),
    };
  },
};

/** minitest, and test-unit, which says `tests` for `runs`. */
export const minitest = summing('minitest', {
  summary: /^\d+ (?:runs|tests), \d+ assertions, \d+ failures, \d+ errors.*$/gm,
  passed: { all: /(\d+) (?:runs|tests),/g },
  failed: /(\d+) (?:failures|errors)/g,
  skipped: /(\d+) (?:skips|pendings|omissions)/g,
  failing: (output) =>
    namesOf(output, /^ *(?:\d+\) )?(?:Failure|Error):\n(\S+#[^\s:]+|test: .*?\)|test_\S+\(\w+\))/gm),
});
