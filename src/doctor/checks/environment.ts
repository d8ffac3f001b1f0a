import { decideForTarget } from '../../gate/decide-environment.ts';
import { ok, warning, type Check } from '../check.ts';

export const environment: Check = {
  id: 'environment',
  needs: 'database',
  look: async ({ config, declaredEnvironment, server, target }) => {
    const decided = decideForTarget({ config, declaredEnvironment, target, embedded: false }, server);
    const why = decided.reasons.join('; ');
    if (decided.environment !== null) return ok(`${decided.environment}: ${why}`);
    return warning(
      `${why}: what only reads judges as production, everything else stops`,
      'Set "environment" in the configuration, or ALTER DATABASE … SET pitstop.environment = \'…\'.',
    );
  },
};
