import { missing, ok, type Check } from '../check.ts';

/** As in `engines` of package.json. */
const OLDEST = [20, 19] as const;

export const node: Check = {
  id: 'node',
  needs: 'place',
  look: async ({ nodeVersion }) => {
    const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
    const isRecent = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
    if (isRecent) return ok(`Node ${nodeVersion}`);
    return missing(`Node ${nodeVersion} is too old`, `Install Node ${OLDEST.join('.')} or later.`);
  },
};
