import { missing, ok, type Check } from '../check.ts';

export const config: Check = {
  id: 'config',
  needs: 'place',
  look: async ({ configProblem }) => {
    if (configProblem === null) return ok('the configuration is readable');
    return missing(configProblem.message, configProblem.hint ?? 'Correct the configuration file.');
  },
};
