import { isOn } from '../lock/options.ts';
import { TIMEOUTS } from '../timeouts.ts';
import type { LintRule } from '../rule.ts';

export const timeoutsDuringConcurrentBuild: LintRule = {
  name: 'timeouts-during-concurrent-build',
  summary: 'a timeout that strikes during a concurrent build leaves an invalid index',

  find({ tree, before }) {
    const isBuild =
      ('IndexStmt' in tree && tree.IndexStmt.concurrent === true) ||
      ('DropStmt' in tree && tree.DropStmt.concurrent === true) ||
      ('ReindexStmt' in tree && isOn(tree.ReindexStmt.params, 'concurrently'));
    if (!isBuild) return [];
    const active = TIMEOUTS.filter((name) => (before.timeout(name) ?? 0) > 0);
    if (active.length === 0) return [];
    return [
      {
        message: `${active.join(' and ')} may strike while it waits or works, and leave an INVALID index behind`,
        instead: `${active.map((name) => `SET ${name} = 0`).join('; ')} before it: the lock that it waits for, SHARE UPDATE EXCLUSIVE, does not block reads or writes`,
      },
    ];
  },
};
