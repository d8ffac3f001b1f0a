import type { Proposal } from '../change.ts';
import { requestedStatements, requestOf, gatedStatements, type ApprovalRequest } from '../gate/request.ts';
import type { Judgement } from '../gate/verdict.ts';
import { sha256 } from '../migration/ledger.ts';
import { redact } from '../report/redact.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import type { Answer } from './approval.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { readEffects } from './effects.ts';
import { writeRequestFile } from './request-files.ts';

/** The request that asks for an item's change. Nothing of the change has been sent to the target. */
export async function requestFor(
  run: RunContext,
  dossier: Dossier,
  proposal: Pick<Proposal, 'change' | 'reason'>,
  judgement: Judgement,
): Promise<ApprovalRequest> {
  const { file, item, migrations } = dossier;
  const { steps, summary } = proposal.change;
  const { state, objects, effects } = await readEffects(
    run,
    steps.map(({ up }) => up),
  );
  const content = {
    action: 'apply',
    item: { file, id: item.id, title: item.title },
    summary,
    environment: run.environment,
    target: targetOf(run),
    statements: requestedStatements(judgement),
    undo: steps.toReversed().flatMap(({ builds, down }) => (builds === null || down === null ? [] : [down])),
    files: migrations.flatMap(({ upPath, upText, downPath, downText }) => [
      { path: upPath, sha256: sha256(upText) },
      { path: downPath, sha256: sha256(downText) },
    ]),
    objects,
  } as const;
  const appliedBefore: string[] = [];
  return requestOf(redact(content), redact({ state, reason: proposal.reason, effects, appliedBefore }));
}

/** The fingerprint of the target: what another database, or the same one restored elsewhere, does not share. */
export function targetOf({ server, target }: RunContext): ApprovalRequest['target'] {
  const { systemIdentifier, database, databaseOid, role } = server;
  return { systemIdentifier, database, databaseOid, host: target.host, port: target.port, role };
}

/** Writes the request down and leaves the item waiting for its answer. */
export async function leaveWaiting(
  run: RunContext,
  dossier: Dossier,
  request: ApprovalRequest,
  answer: Exclude<Answer, { readonly type: 'approved' }>,
): Promise<Conclusion> {
  if (answer.type === 'rejected') {
    const { by, reason } = answer.rejection;
    return conclude('refused', 'approval-rejected', `${by} rejected it: ${reason}`);
  }
  const path = await writeRequestFile(run, request);
  dossier.request = { id: request.id, path };
  const gated = gatedStatements(request);
  const reasons = [...new Set(gated.flatMap((statement) => statement.reasons))];
  run.emit({
    type: 'approval-required',
    id: dossier.item.id,
    request: request.id,
    path,
    statements: gated.map(({ sql }) => sql),
    reasons,
  });
  const problem = answer.problem === null ? '' : ` (${answer.problem})`;
  return conclude(
    'awaiting-approval',
    'approval-needed',
    `${request.summary} waits for an approval: ${reasons.join('; ')}${problem}`,
  );
}
