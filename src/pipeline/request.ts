import {
  requestedStatements,
  requestOf,
  type ApprovalRequest,
  type RequestContent,
} from '../gate/request.ts';
import type { Judgement } from '../gate/verdict.ts';
import { sha256 } from '../migration/ledger.ts';
import type { Migration } from '../migration/migration.ts';
import { redact } from '../report/redact.ts';
import { readAppliedBefore } from './audit.ts';
import type { RunContext } from './context.ts';
import { readEffects } from './effects.ts';

/** What is to be asked about. */
export interface RequestDraft {
  readonly action: RequestContent['action'];
  readonly item: RequestContent['item'];
  readonly summary: string;
  readonly reason: string;
  readonly judgement: Judgement;
  /** In the order in which they are applied. */
  readonly migrations: readonly Migration[];
}

/** The request that asks for a change. Nothing of the change has been sent to the target. */
export async function composeRequest(run: RunContext, draft: RequestDraft): Promise<ApprovalRequest> {
  const { action, item, summary, reason, judgement, migrations } = draft;
  const steps = migrations.flatMap((migration) => migration.steps);
  const { state, objects, effects } = await readEffects(
    run,
    steps.map(({ up }) => up),
  );
  const content: RequestContent = {
    action,
    item,
    summary,
    environment: run.environment,
    target: targetOf(run),
    statements: requestedStatements(judgement),
    undo: steps.toReversed().flatMap(({ builds, down }) => (builds === null || down === null ? [] : [down])),
    files: migrations.flatMap(({ files }) => files.map(({ path, text }) => ({ path, sha256: sha256(text) }))),
    objects,
  };
  const bytes = migrations.map(({ upText }) => sha256(upText));
  const appliedBefore = run.environment === 'production' ? await readAppliedBefore(run, bytes) : [];
  return requestOf(redact(content), redact({ state, reason, effects, appliedBefore }));
}

/** The fingerprint of the target: what another database, or the same one restored elsewhere, does not share. */
export function targetOf({ server, target }: RunContext): ApprovalRequest['target'] {
  const { systemIdentifier, database, databaseOid, role } = server;
  return { systemIdentifier, database, databaseOid, host: target.host, port: target.port, role };
}
