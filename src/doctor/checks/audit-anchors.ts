import { readLogId, verifyAuditLog } from '../../audit/verify.ts';
import { readAnchors } from '../../migration/audit-anchor.ts';
import { ok, warning, type Check } from '../check.ts';

export const auditAnchors: Check = {
  id: 'audit-anchors',
  needs: 'database',
  look: async ({ root, session }) => {
    const anchors = (await readAnchors(session, await readLogId(root)))?.anchors ?? [];
    if (anchors.length === 0)
      return ok('the database has no anchor of this audit log yet; until then a missing end cannot be seen');
    const { anchorProblems } = await verifyAuditLog(root, anchors);
    if (anchorProblems.length === 0)
      return ok(`the audit log has all ${anchors.length} anchors of the database: its end is not missing`);
    return warning(
      `the audit log lacks ${anchorProblems.length} of the ${anchors.length} records that the database has anchors of`,
      'pitstop log --verify says which. Keep the file, and find out who changed it.',
    );
  },
};
