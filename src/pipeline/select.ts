import { attemptId, hashKey } from '../journal/journal.ts';
import { readApplied } from '../migration/ledger.ts';
import { OUTCOMES, type ItemReport, type Outcome } from '../outcome.ts';
import { recognise, type Recognition } from '../steps/registry.ts';
import type { Item } from '../task/item.ts';
import type { RunContext } from './context.ts';
import { areSettingsAdopted, waitsForAdoption } from './adopted.ts';
import { isWaiting, locateEvidence, type RememberedEvidence } from './remembered.ts';
import { readRequestFile } from './request-files.ts';
import { isSigned } from './signed-approval.ts';
import { basisOf, readSubjects } from './facts.ts';
import { readInputs } from './inputs.ts';
import { tooOldFor } from './server-age.ts';
import { untouched } from './item-report.ts';
import { Blocked } from '../outcome.ts';
import { withChosen } from './workload.ts';

export type Selection = { readonly work: true } | { readonly work: false; readonly report: ItemReport };

const WORK: Selection = { work: true };

/** Whether an item is to be worked on now; where not, why it is left alone. */
export async function select(run: RunContext, file: string, item: Item): Promise<Selection> {
  const inputs = await readInputs(run.root, item).catch((error: unknown) => {
    if (error instanceof Blocked) return null;
    throw error;
  });
  const recognition = inputs === null ? null : recognise(inputs.fields);
  const kind = recognition?.result === 'kind' ? recognition.kind : null;
  const selection = await selectByMarker(run, file, item, recognition);
  const reason = selection.work ? tooOldFor(kind, run.server) : null;
  if (reason === null) return selection;
  return { work: false, report: untouched(file, item, kind?.kind ?? null, reason, null) };
}

/** @param recognition null where the item cannot be read; whoever works on it says why */
async function selectByMarker(
  run: RunContext,
  file: string,
  item: Item,
  recognition: Recognition | null,
): Promise<Selection> {
  const kind = recognition?.result === 'kind' ? recognition.kind.kind : null;
  const leave = (
    code: string,
    message: string,
    earlier: Parameters<typeof untouched>[4] = null,
  ): Selection => ({
    work: false,
    report: untouched(file, item, kind, { code, message }, earlier),
  });

  if (item.struck || recognition?.result === 'not-ours')
    return leave('not-recognised', 'there is no statement and no field of ours in it');
  if (!item.known) {
    return {
      work: false,
      report: untouched(
        file,
        item,
        null,
        { code: 'unknown-marker', message: `[${item.marker}] is somebody else's marker` },
        null,
      ),
    };
  }
  const { redo, items } = run.options;
  if (item.marker === ' ' || redo) return WORK;
  if (item.marker === '~') {
    if (run.openAttempts.has(attemptId(file, hashKey(item.key))) || run.options.takeOver.includes(item.id))
      return WORK;
    return leave('in-progress-elsewhere', `somebody else is working on it; --take-over ${item.id} takes it`);
  }
  const { path, remembered: evidence } = await locateEvidence(run.root, run.config.evidence, file, item);
  const earlier =
    evidence === null ? null : { outcome: outcomeOf(evidence), request: evidence.request, evidence: path };
  if (item.marker === 'x') return leave('complete', evidence?.reason.message ?? 'it is done', earlier);
  if (items !== null) return WORK;
  if (evidence === null)
    return leave('blocked-elsewhere', 'somebody else has blocked it; name it with --item to try it');
  if (evidence.outcome === 'failed' || (await isAnswered(run, evidence))) return WORK;
  if ((await basisNow(run, item, evidence)) !== evidence.basis) return WORK;
  return leave(evidence.reason.code, evidence.reason.message, earlier);
}

/** Whether what the item waits for has come, or can be asked for: an answer to its request, or somebody who applied it. */
async function isAnswered(run: RunContext, evidence: RememberedEvidence): Promise<boolean> {
  if (!isWaiting(evidence)) return false;
  if (waitsForAdoption(evidence))
    return evidence.session !== null && areSettingsAdopted(run, evidence.session);
  const applied = await readApplied(run.control);
  if (evidence.migrations.length > 0 && evidence.migrations.every(({ name }) => applied.has(name)))
    return true;
  const { request } = evidence;
  if (request === null || !run.options.apply) return false;
  if (await isSigned(run.root, request)) return true;
  const isRejected = (await readRequestFile(run.root, request))?.rejected != null;
  // A no is noted once; nobody is asked again.
  return evidence.reason.code === 'approval-rejected'
    ? !isRejected
    : isRejected || run.approving.ask !== null;
}

/** What the item's outcome would be decided by today. */
async function basisNow(
  run: RunContext,
  item: Item,
  { workload }: RememberedEvidence,
): Promise<string | null> {
  try {
    const { fields } = await readInputs(run.root, item);
    const { fields: inputs } = await withChosen(run, fields, workload).catch((error: unknown) => {
      if (error instanceof Blocked) return { fields };
      throw error;
    });
    const recognition = recognise(inputs);
    const read = recognition.result === 'kind' ? recognition.kind.read(inputs) : null;
    if (read === null || !read.ok) return basisOf(run, inputs, null);
    const subjects = await readSubjects(run, read.item, { writing: true }).catch((error: unknown) => {
      if (error instanceof Blocked) return null;
      throw error;
    });
    return basisOf(run, inputs, subjects);
  } catch (error) {
    if (error instanceof Blocked) return null;
    throw error;
  }
}

function outcomeOf({ outcome }: RememberedEvidence): Outcome | null {
  return outcome in OUTCOMES ? (outcome as Outcome) : null;
}
