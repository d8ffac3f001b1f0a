import type { LintRule } from '../rule.ts';

export const cannotRunInTransaction: LintRule = {
  name: 'cannot-run-in-transaction',
  summary: 'the server rejects the statement inside a transaction, and together with others in one text',

  find({ effect, before, isAlone }) {
    if (effect.inTransaction || (isAlone && before.inTransaction !== true)) return [];
    const where =
      before.inTransaction === true
        ? 'it stands in a transaction'
        : 'it stands with other statements, which many runners send as one transaction';
    return [
      {
        message: `the server rejects it in a transaction block (25001), and ${where}`,
        instead: 'give it a file of its own, marked as not transactional in the way of the tool that runs it',
      },
    ];
  },
};
