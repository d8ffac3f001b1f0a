import { readPowers } from '../../pg/catalog/powers.ts';
import { ok, warning, type Check } from '../check.ts';
import { dangersOf, sample } from '../powers.ts';

export const role: Check = {
  id: 'role',
  needs: 'database',
  look: async ({ session }) => {
    const powers = await readPowers(session);
    const dangers = dangersOf(powers);
    if (dangers.length > 0) return dangers;
    return ok(`role ${powers.role} reaches no further than what it owns or was granted`);
  },
};

export const owner: Check = {
  id: 'owner',
  needs: 'database',
  look: async ({ session, readTarget }) => {
    const { role: name, superuser, owned } = await readPowers(session);
    if (superuser) return ok(`role ${name} may do everything with every object`);
    if (owned.count === 0)
      return warning(
        `role ${name} owns no table: it cannot build indexes`,
        'Apply with a role that is a member of the owner of the tables, or use --no-apply.',
      );
    const what = `role ${name} owns ${sample(owned)}`;
    if (readTarget !== null) return ok(`${what}; reading goes through another role`);
    return warning(
      `${what}: it may change and drop them, and reads with the same rights`,
      'Set readDatabaseUrl to a role without write privileges.',
    );
  },
};
