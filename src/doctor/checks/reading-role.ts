import { PitstopError } from '../../errors.ts';
import { readPowers } from '../../pg/catalog/powers.ts';
import { readServerFacts, type ServerFacts } from '../../pg/catalog/server.ts';
import { withSession } from '../../pg/session.ts';
import type { Target } from '../../pg/target.ts';
import { missing, ok, warning, type Check, type Finding } from '../check.ts';
import { dangersOf, writesOf } from '../powers.ts';

const HOW =
  'CREATE ROLE … LOGIN; GRANT USAGE on the schemas and SELECT on the tables to it, and set readDatabaseUrl.';

export const readingRole: Check = {
  id: 'reading-role',
  needs: 'database',
  look: async ({ readTarget, server }) => {
    if (readTarget === null) {
      return warning(
        `reading and measuring use role ${server.role} too: read-only transactions hold writes back, no missing privilege does`,
        HOW,
      );
    }
    try {
      return await lookAs(readTarget, server);
    } catch (error) {
      if (!(error instanceof PitstopError)) throw error;
      return missing(`readDatabaseUrl: ${error.message}`, error.hint ?? HOW);
    }
  },
};

async function lookAs(
  readTarget: Target | PitstopError,
  server: ServerFacts,
): Promise<Finding | readonly Finding[]> {
  if (readTarget instanceof PitstopError) throw readTarget;
  return withSession(readTarget, 'reader', null, async (session) => {
    const { databaseOid, startedAt } = await readServerFacts(session);
    if (databaseOid !== server.databaseOid || startedAt !== server.startedAt)
      return missing('readDatabaseUrl names another database than the target', 'Correct readDatabaseUrl.');
    const powers = await readPowers(session);
    const found = [...dangersOf(powers), ...writesOf(powers)];
    return found.length > 0 ? found : ok(`role ${powers.role} reads and measures, and can write nothing`);
  });
}
