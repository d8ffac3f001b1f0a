import type { Approval } from '../gate/approval.ts';
import type { ApprovalRequest } from '../gate/request.ts';
import type { Judgement } from '../gate/verdict.ts';
import { readLastAttempts, recordState, type LedgerRow } from '../migration/ledger.ts';
import type { Migration } from '../migration/migration.ts';
import { isUndoneByRemoval, replacedIndex } from '../migration/revert.ts';
import { ensureLedger } from '../migration/schema.ts';
import { PitstopError } from '../errors.ts';
import { Blocked, type Conclusion } from '../outcome.ts';
import { quoteQualified } from '../sql/quote.ts';
import { applyAudited, takeBackRow } from './apply.ts';
import { answerTo, type Answer } from './approval.ts';
import type { RunContext } from './context.ts';
import { requireUnchanged } from './effects.ts';
import {
  asMigration,
  isEmpty,
  nameOf,
  readMigration,
  requireSameBytes,
  type MigrationText,
} from './named-migrations.ts';
import { judgeIn } from './judge.ts';
import { needsRepair } from './repair.ts';
import { removeRequestFile } from './request-files.ts';
import { composeRequest } from './request.ts';
import { blockedWhileApplying } from './server-refusal.ts';
import { leaveWaiting } from './waiting.ts';

/** What became of one migration that was named on the command line. */
export interface NamedResult {
  readonly name: string;
  readonly action: 'apply' | 'revert';
  /** `applied` and `reverted` also where that was so before. */
  readonly result: 'applied' | 'reverted' | 'awaiting-approval' | 'refused' | 'failed';
  readonly reason: Conclusion['reason'];
  readonly statements: readonly string[];
  readonly request: string | null;
}

/** Applies a migration by its name, through the gate. */
export async function applyNamed(run: RunContext, given: string): Promise<NamedResult> {
  const text = await readMigration(run, given);
  const last = (await readLastAttempts(run.control)).get(text.name);
  if (last?.state === 'applied') {
    requireSameBytes(text, last);
    return resultOf('apply', text.name, [], {
      result: 'applied',
      code: 'already-applied',
      message: 'it is applied already',
    });
  }
  const migration = asMigration(text, 'up');
  const summary = `apply migration ${text.name}`;
  return throughTheGate(run, { action: 'apply', summary, migration, reverts: null, repairs: last ?? null });
}

/** Takes a migration back: what it built by the ledger's exemption, anything else by its down file, through the gate. */
export async function revertNamed(run: RunContext, given: string): Promise<NamedResult> {
  const name = nameOf(given);
  const row = (await readLastAttempts(run.control)).get(name);
  if (row === undefined || row.state === 'failed') {
    throw new PitstopError('migration-not-applied', `the ledger has no ${name} in force here`, {
      hint: 'pitstop revert takes back what pitstop applied to this database.',
    });
  }
  if (row.state === 'reverted') {
    const message = 'it is taken back already';
    return resultOf('revert', name, [], { result: 'reverted', code: 'already-reverted', message });
  }
  const replaced = await replacedIndex(run.control, row);
  if (replaced !== null) {
    const message = `${quoteQualified(replaced)} is not the index any more that it built; it was left alone`;
    return resultOf('revert', name, [], { result: 'failed', code: 'index-replaced', message });
  }
  if (run.environment !== 'production' && isUndoneByRemoval(row)) return revertByRemoval(run, row);
  return revertByFile(run, await readMigration(run, given), row);
}

async function revertByFile(run: RunContext, text: MigrationText, row: LedgerRow): Promise<NamedResult> {
  requireSameBytes(text, row);
  if (isEmpty(text.downText)) {
    throw new PitstopError('migration-irreversible', `${text.downPath} has nothing that would undo it`, {
      hint: 'Write the statements that undo it into a migration of its own.',
    });
  }
  const migration = asMigration(text, 'down');
  const summary = `take back migration ${text.name}`;
  return throughTheGate(run, { action: 'revert', summary, migration, reverts: row, repairs: null });
}

async function revertByRemoval(run: RunContext, row: LedgerRow): Promise<NamedResult> {
  await takeBackRow(run, null, row);
  const names = row.built.map(quoteQualified).join(', ');
  const message = names === '' ? 'nothing was left to undo' : `removed ${names}, which it had built`;
  return resultOf('revert', row.name, [], { result: 'reverted', code: 'reverted', message });
}

interface NamedChange {
  readonly action: 'apply' | 'revert';
  readonly summary: string;
  readonly migration: Migration;
  /** The attempt that is taken back. */
  readonly reverts: LedgerRow | null;
  /** An earlier attempt that nobody can tell the end of: this one takes its place. */
  readonly repairs: LedgerRow | null;
}

async function throughTheGate(run: RunContext, change: NamedChange): Promise<NamedResult> {
  const { action, summary, migration } = change;
  const judgement = await judgeIn(run.reader, { summary, steps: migration.steps }, run.environment);
  const statements = migration.steps.map(({ up }) => up);
  if (judgement.verdict === 'refuse')
    return resultOf(action, migration.name, statements, {
      result: 'refused',
      code: 'refused',
      message: reasonsOf(judgement),
    });
  if (judgement.verdict === 'allow') return carryOut(run, change, null);

  const reason = action === 'apply' ? 'named on the command line' : 'to be taken back';
  const request = await composeRequest(run, {
    action,
    item: null,
    summary,
    reason,
    judgement,
    migrations: [migration],
  });
  const answer = await answerTo(run, request);
  if (answer.type === 'approved') return carryOutApproved(run, change, request, answer.approval);
  return wait(run, change, request, answer);
}

async function carryOutApproved(
  run: RunContext,
  change: NamedChange,
  request: ApprovalRequest,
  approval: Approval,
): Promise<NamedResult> {
  try {
    await requireUnchanged(run, request);
    const result = await carryOut(run, change, approval);
    if (result.result !== 'failed') await removeRequestFile(run, request.id);
    return result;
  } catch (error) {
    // The approval does not hold after all, and nothing was sent: the request goes on waiting.
    if (!(error instanceof Blocked) || error.conclusion.outcome !== 'awaiting-approval') throw error;
    return wait(run, change, request, { type: 'waiting', problem: error.conclusion.reason });
  }
}

async function wait(
  run: RunContext,
  { action, migration }: NamedChange,
  request: ApprovalRequest,
  answer: Exclude<Answer, { readonly type: 'approved' }>,
): Promise<NamedResult> {
  const statements = migration.steps.map(({ up }) => up);
  const { outcome, reason } = await leaveWaiting(run, request, answer);
  const result = outcome === 'refused' ? 'refused' : 'awaiting-approval';
  return resultOf(action, migration.name, statements, { result, ...reason }, request.id);
}

async function carryOut(
  run: RunContext,
  { action, migration, reverts, repairs }: NamedChange,
  approval: Approval | null,
): Promise<NamedResult> {
  const statements = migration.steps.map(({ up }) => up);
  for (const sql of statements) run.emit({ type: 'phase', id: null, phase: 'apply', message: sql });
  try {
    await ensureLedger(run.control);
    if (repairs?.state === 'needs-repair')
      await recordState(run.control, repairs.id, 'failed', 'tried again by hand');
    await applyAudited(run, null, migration, {
      origin: {
        taskFile: reverts?.taskFile ?? null,
        itemId: reverts?.item ?? null,
        environment: run.environment,
      },
      approval,
      consume: true,
      reverts: reverts?.id ?? null,
    });
  } catch (error) {
    const blocked = run.signal.aborted
      ? error
      : ((await needsRepair(run, migration, error)) ?? blockedWhileApplying(error));
    if (!(blocked instanceof Blocked) || blocked.conclusion.outcome === 'awaiting-approval') throw blocked;
    return resultOf(action, migration.name, statements, { result: 'failed', ...blocked.conclusion.reason });
  }
  const message = approval === null ? 'done' : `done, approved by ${approval.approver}`;
  const result = action === 'apply' ? 'applied' : 'reverted';
  return resultOf(action, migration.name, statements, { result, code: result, message });
}

function reasonsOf({ statements }: Judgement): string {
  return statements.flatMap(({ reasons }) => reasons).join('; ');
}

function resultOf(
  action: NamedResult['action'],
  name: string,
  statements: readonly string[],
  { result, code, message }: { readonly result: NamedResult['result'] } & Conclusion['reason'],
  request: string | null = null,
): NamedResult {
  return { name, action, result, reason: { code, message }, statements, request };
}
