import { isBehindTransactionPooler } from '../../pg/pooler.ts';
import { missing, ok, type Check } from '../check.ts';

export const pooler: Check = {
  id: 'pooler',
  needs: 'database',
  look: async ({ session, other }) => {
    if (!(await isBehindTransactionPooler(session, other)))
      return ok('each session has a backend of its own: locks and settings hold');
    return missing(
      'the connection goes through a transaction pooler, which gives every transaction another session',
      'Use the direct address of the server (often port 5432 instead of 6432).',
    );
  },
};
