import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { readSigners } from '../../approval/signers.ts';
import { SIGNERS_TABLE_SCRIPT } from '../../approval/signers-table.ts';
import { readPowers } from '../../pg/catalog/powers.ts';
import { ok, warning, type Check } from '../check.ts';

export const signers: Check = {
  id: 'signers',
  needs: 'database',
  look: async ({ root, config, session }) => {
    const file = config.approvals.allowedSigners;
    const { list, problems } = await readSigners({ file, repositoryRoot: root, session });
    if (list !== null)
      return ok(
        `${list.signers.length} allowed ${list.signers.length === 1 ? 'signer' : 'signers'} in ${list.source} ${list.where}, which whoever runs pitstop cannot change: signed approvals count`,
      );
    const { role, superuser } = await readPowers(session);
    const isRoot = process.getuid?.() === 0;
    const script = fileURLToPath(SIGNERS_TABLE_SCRIPT);
    const table = `an administrator runs ${script} in the database, as a role that pitstop's is not a member of`;
    const keep = `Keep the list in ${file}, owned by root and written by nobody else`;
    if (isRoot && superuser)
      return warning(
        `pitstop runs as root and connects as ${role}, which is superuser: no list can be out of reach, so no signed approval counts`,
        `Connect as a role that is no superuser; then ${table}. Or run pitstop as another user.`,
      );
    const ways = [...(isRoot ? [] : [keep]), ...(superuser ? [] : [table])];
    return warning(
      `no list of allowed signers is out of reach, so no signed approval counts: ${problems.join('; ')}`,
      `${ways.join('; or ').replace(/^a/, 'A')}.`,
    );
  },
};
