import { hasExtension } from '../../pg/catalog/extensions.ts';
import { readStartSettings } from '../../pg/catalog/settings.ts';
import { ok, warning, type Check } from '../check.ts';

export const statementStatistics: Check = {
  id: 'pg-stat-statements',
  needs: 'database',
  look: async ({ session }) => {
    const there = await hasExtension(session, 'pg_stat_statements');
    const loaded = (await readStartSettings(session, ['pg_stat_statements.max'])).size > 0;
    if (there && loaded) return ok('pg_stat_statements counts what the database spends its time on');
    if (loaded)
      return warning(
        'pg_stat_statements is loaded, the extension is not in this database',
        'CREATE EXTENSION pg_stat_statements.',
      );
    return warning(
      'pg_stat_statements is not loaded: nothing says what the database spends its time on',
      'Add it to shared_preload_libraries, restart, CREATE EXTENSION pg_stat_statements.',
    );
  },
};
