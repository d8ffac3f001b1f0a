import { timeoutsOf } from '../timeouts.ts';
import type { LintRule } from '../rule.ts';

export const lockTimeoutTooLong: LintRule = {
  name: 'lock-timeout-too-long',
  summary: 'a lock timeout of more than ten seconds stops everybody for that long',

  find({ tree, before }) {
    if (!('VariableSetStmt' in tree)) return [];
    return timeoutsOf(tree.VariableSetStmt).flatMap(({ timeout, milliseconds, isLocal }) => {
      if (timeout !== 'lock_timeout' || milliseconds === null) return [];
      if (isLocal && before.inTransaction === false)
        return [
          {
            message: 'SET LOCAL outside a transaction only warns: nothing is set',
            instead: "SET lock_timeout = '1s'",
          },
        ];
      return milliseconds > MOST_MS
        ? [
            {
              message: `whoever comes after a strong lock that is waited for waits up to ${milliseconds / 1000} s with it`,
              instead: 'a second or two, and more attempts',
            },
          ]
        : [];
    });
  },
};

const MOST_MS = 10_000;
