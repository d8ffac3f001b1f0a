import { verifyAuditLog } from '../../audit/verify.ts';
import { ok, warning, type Check } from '../check.ts';

export const auditLog: Check = {
  id: 'audit-log',
  needs: 'place',
  look: async ({ root }) => {
    const { chain, whole } = await verifyAuditLog(root, []);
    if (chain.records === 0 && whole) return ok('there is no audit log yet');
    if (whole) return ok(`the chain of the audit log is whole, ${chain.records} records`);
    return warning(
      'the audit log is not what pitstop has written',
      'pitstop log --verify says where it breaks. Keep the file, and find out who changed it.',
    );
  },
};
