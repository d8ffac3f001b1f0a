import { missing, ok, type Check } from '../check.ts';

export const version: Check = {
  id: 'server-version',
  needs: 'database',
  look: async ({ server }) => {
    if (Math.floor(server.versionNumber / 10_000) === 18) return ok(`PostgreSQL ${server.version}`);
    return missing(
      `PostgreSQL ${server.version}; pitstop works with 18`,
      'Name a database of PostgreSQL 18.',
    );
  },
};
