import type { LintRule } from '../rule.ts';

export const transactionControlInFile: LintRule = {
  name: 'transaction-control-in-file',
  summary: 'BEGIN, COMMIT and ROLLBACK in a file break the transaction of whoever runs it',

  find({ tree }) {
    if (!('TransactionStmt' in tree)) return [];
    return [
      {
        message:
          'a runner that wraps the file in a transaction of its own loses it here: what follows is committed piece by piece, without its record',
        instead: 'leave transactions to the runner; split the file where one has to end',
      },
    ];
  },
};
