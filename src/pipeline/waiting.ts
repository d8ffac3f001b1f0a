import { gatedStatements, type ApprovalRequest } from '../gate/request.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import type { Answer } from './approval.ts';
import { note } from './audit.ts';
import type { RunContext } from './context.ts';
import { writeRequestFile } from './request-files.ts';

/** Writes a request down, tells of it, and says in what state that leaves whoever asked. */
export async function leaveWaiting(
  run: RunContext,
  request: ApprovalRequest,
  answer: Exclude<Answer, { readonly type: 'approved' }>,
): Promise<Conclusion> {
  if (answer.type === 'rejected') {
    const { by, reason } = answer.rejection;
    return conclude('refused', 'approval-rejected', `${by} rejected it: ${reason}`);
  }
  const path = await writeRequestFile(run, request);
  const gated = gatedStatements(request);
  await note(run, {
    event: 'requested',
    taskFile: request.item?.file ?? null,
    item: request.item?.id ?? null,
    request: request.id,
    environment: request.environment,
    sql: request.statements.map(({ sql }) => sql),
  });
  const reasons =
    gated.length === 0 ? [request.reason] : [...new Set(gated.flatMap((statement) => statement.reasons))];
  run.emit({
    type: 'approval-required',
    id: request.item?.id ?? null,
    request: request.id,
    path,
    statements: gated.map(({ sql }) => sql),
    reasons,
  });
  const { problem } = answer;
  if (problem !== null) return conclude('awaiting-approval', problem.code, problem.message);
  return conclude(
    'awaiting-approval',
    'approval-needed',
    `${request.summary} waits for an approval: ${reasons.join('; ')}`,
  );
}
