import { mayKeepLedger, readLedgerVersion } from '../../migration/schema.ts';
import { ok, warning, type Check } from '../check.ts';

export const ledger: Check = {
  id: 'ledger',
  needs: 'database',
  look: async ({ session, server }) => {
    const version = await readLedgerVersion(session);
    if (!(await mayKeepLedger(session))) {
      return warning(
        `role ${server.role} may not keep the ledger, so it can apply nothing`,
        `GRANT CREATE ON DATABASE ${server.database}; or, where schema pitstop exists, USAGE on it and SELECT, INSERT, UPDATE on its tables.`,
      );
    }
    if (version === null) return ok('there is no ledger yet; the first migration creates it');
    const shown = version === 'hidden' ? 'its version may not be read' : `version ${version}`;
    return ok(`the ledger is there (${shown}): what is applied is recorded and settled after a crash`);
  },
};
