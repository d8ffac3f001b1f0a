import { majorOf } from '../../tuning/server.ts';
import { NEWEST_SERVER, OLDEST_SERVER, WORKS_WITH_OLDER } from '../../tuning/versions.ts';
import { missing, ok, type Check } from '../check.ts';

export const version: Check = {
  id: 'server-version',
  needs: 'database',
  look: async ({ server }) => {
    const major = majorOf(server);
    if (major === NEWEST_SERVER) return ok(`PostgreSQL ${server.version}`);
    const known = major >= OLDEST_SERVER && major < NEWEST_SERVER;
    return missing(
      `PostgreSQL ${server.version}; what looks at statements and migrations works with ${NEWEST_SERVER}`,
      `Name a database of PostgreSQL ${NEWEST_SERVER}.${known ? ` ${WORKS_WITH_OLDER}` : ''}`,
    );
  },
};
