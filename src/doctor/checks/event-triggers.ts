import { readEventTriggers } from '../../pg/catalog/event-triggers.ts';
import { ok, warning, type Check } from '../check.ts';

export const eventTriggers: Check = {
  id: 'event-triggers',
  needs: 'database',
  look: async ({ session }) => {
    const names = await readEventTriggers(session);
    if (names.length === 0) return ok('no event trigger: DDL does what it says and nothing else');
    return warning(
      `event triggers run with every DDL, of a trial too, and no gate sees what they do: ${names.join(', ')}`,
      'Read what they do; ALTER EVENT TRIGGER … DISABLE where it is not wanted.',
    );
  },
};
