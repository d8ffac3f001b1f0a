import type { Proposal } from '../change.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { requestOf } from '../gate/request.ts';
import type { Judgement } from '../gate/verdict.ts';
import { redact } from '../report/redact.ts';
import { sha256 } from '../migration/ledger.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { writeRepositoryFile } from './files.ts';
import { conclude, type Conclusion } from '../outcome.ts';

/** Writes the request for a gated change. Nothing of the change has been sent to the target. */
export async function requestApproval(
  run: RunContext,
  dossier: Dossier,
  proposal: Proposal,
  judgement: Judgement,
): Promise<Conclusion> {
  const { file, item, migrations } = dossier;
  const { systemIdentifier, database, databaseOid, role } = run.server;
  const request = requestOf(
    {
      item: { file, id: item.id, title: item.title },
      summary: proposal.change.summary,
      reason: proposal.reason,
      environment: run.environment,
      target: { systemIdentifier, database, databaseOid, host: run.target.host, port: run.target.port, role },
      files: migrations.flatMap(({ files }) =>
        files.map(({ path: written, text }) => ({ path: written, sha256: sha256(text) })),
      ),
    },
    judgement,
  );
  const path = `${STATE_FOLDER}/requests/${request.id}.json`;
  await writeRepositoryFile(run, path, `${JSON.stringify(redact(request), null, 2)}\n`);
  dossier.request = { id: request.id, path };
  const reasons = [...new Set(request.statements.flatMap((statement) => statement.reasons))];
  run.emit({
    type: 'approval-required',
    id: item.id,
    request: request.id,
    path,
    statements: request.statements.map(({ sql }) => sql),
    reasons,
  });
  return conclude(
    'awaiting-approval',
    'approval-needed',
    `${proposal.change.summary} waits for an approval: ${reasons.join('; ')}`,
  );
}
