import { PitstopError } from '../../errors.ts';
import { chooseAccount } from '../../labs/embedded/account.ts';
import { locatePlatformPackage } from '../../labs/embedded/platform-package.ts';
import { ok, warning, type Check } from '../check.ts';

export const embedded: Check = {
  id: 'embedded',
  needs: 'place',
  look: async () => {
    try {
      locatePlatformPackage();
      const account = chooseAccount();
      return ok(`an embedded PostgreSQL 18 is installed; it runs as ${account?.name ?? 'the same user'}`);
    } catch (error) {
      if (!(error instanceof PitstopError)) throw error;
      return warning(`${error.message}; --embedded and demo do not work`, error.hint ?? 'Name a database.');
    }
  },
};
