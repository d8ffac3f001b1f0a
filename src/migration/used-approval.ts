import type { Approval } from '../gate/approval.ts';
import type { Session } from '../pg/session.ts';

/** The approval under which one of these migrations is in force; null where nobody had to be asked. */
export async function readUsedApproval(session: Session, names: readonly string[]): Promise<Approval | null> {
  const [row] = await session.query<Used>(
    `SELECT u.approval::text AS id, u.request, u.request_sha256 AS "requestSha256", u.method, u.approver,
            u.environment, ${iso('u.issued')} AS issued, ${iso('u.expires')} AS expires, u.payload, u.signature
       FROM pitstop.migration m JOIN pitstop.approval_use u ON u.approval = m.approval
      WHERE m.name = ANY($1) AND m.reverts IS NULL AND m.state = 'applied'
      ORDER BY m.id DESC LIMIT 1`,
    [names],
  );
  if (row === undefined) return null;
  const { payload, signature, ...rest } = row;
  const signed = payload === null || signature === null ? null : { payload, signature };
  return { ...rest, signed };
}

type Used = Omit<Approval, 'signed'> & { readonly payload: string | null; readonly signature: string | null };

function iso(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
