import { namesOf, sumOf, type Runner } from './runner.ts';

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
export const minitest: Runner = {
  name: 'minitest',
  read: (output) => {
    const summary = output
      .match(/^\d+ (?:runs|tests), \d+ assertions, \d+ failures, \d+ errors.*$/gm)
      ?.join('\n');
    if (summary === undefined) return null;
    const failed = sumOf(summary, /(\d+) (?:failures|errors)/g);
    const skipped = sumOf(summary, /(\d+) (?:skips|pendings|omissions)/g);
    return {
      passed: sumOf(summary, /(\d+) (?:runs|tests),/g) - failed - skipped,
      failed,
      skipped,
      failing: namesOf(
        output,
        /^ *(?:\d+\) )?(?:Failure|Error):\n(\S+#[^\s:]+|test: .*?\)|test_\S+\(\w+\))/gm,
      ),
    };
  },
};
