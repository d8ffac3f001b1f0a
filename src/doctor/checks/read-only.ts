import { ok, warning, type Check } from '../check.ts';

export const readOnly: Check = {
  id: 'read-only',
  needs: 'database',
  look: async ({ server }) => {
    if (!server.inRecovery && !server.readOnly)
      return ok('the server takes writes: migrations can be applied');
    const why = server.inRecovery ? 'is a standby' : 'is set to read-only transactions';
    return warning(`the server ${why}; nothing can be applied there`, 'Connect to the primary to apply.');
  },
};
