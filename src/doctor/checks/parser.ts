import { loadParser, parseStatements } from '../../sql/parse.ts';
import { missing, ok, type Check } from '../check.ts';

export const parser: Check = {
  id: 'parser',
  needs: 'place',
  look: async () => {
    try {
      await loadParser();
      if (parseStatements('SELECT 1; SELECT 2').length === 2)
        return ok('the parser of PostgreSQL 18 loads: the gate judges parse trees, not texts');
    } catch {
      // Said below: whatever keeps it from working, nothing can be judged.
    }
    return missing('the parser does not load, so nothing can be judged', 'Install pitstop again: npm ci.');
  },
};
