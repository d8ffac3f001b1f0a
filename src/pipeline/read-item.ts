import { Blocked } from '../outcome.ts';
import { recognise } from '../steps/registry.ts';
import type { StepItem } from '../steps/step.ts';
import type { InputFields } from '../task/input.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { basisOf } from './facts.ts';
import { readInputs } from './inputs.ts';
import { noteWorkload, withChosen, withWorkload, type WorkloadChoice } from './workload.ts';

/**
 * Reads an item's fields by its kind. Ends the item where that leaves a question.
 * @param chosen how an earlier run chose the statement of the item's workload; it is not chosen anew then
 */
export async function readItem(
  run: RunContext,
  dossier: Dossier,
  chosen: WorkloadChoice | null = null,
): Promise<{ inputs: InputFields; step: StepItem }> {
  const { fields, source } = await readInputs(run.root, dossier.item);
  dossier.source = source;
  dossier.sensitive = fields.sensitive;
  dossier.basis = basisOf(run, fields, null);
  const recognition = recognise(fields);
  if (recognition.result === 'unclear')
    throw new Blocked('needs-information', 'kind-unclear', recognition.question);
  if (recognition.result === 'not-ours')
    throw new Blocked('needs-information', 'no-statement', 'which statement is slow? Put it into Query.');
  dossier.kind = recognition.kind.kind;
  const { fields: inputs, choice } =
    chosen === null ? await withWorkload(run, fields) : await withChosen(run, fields, chosen);
  noteWorkload(dossier, choice);
  dossier.basis = basisOf(run, inputs, null);
  const read = recognition.kind.read(inputs);
  if (!read.ok) throw new Blocked('needs-information', 'fields-invalid', read.problems.join('; '));
  return { inputs, step: read.item };
}
