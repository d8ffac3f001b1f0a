import { PitstopError } from '../errors.ts';
import { DEFAULT_DATA_LIMITS } from '../labs/sandbox/fill.ts';
import { withSandboxLab } from '../labs/sandbox/lab.ts';
import { Blocked } from '../outcome.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import type { Subjects } from './facts.ts';
import { inWritingLab } from './writing-lab.ts';

/**
 * Lends an item the place where its changes are tried. Where that is a database of our own, it is made now and holds
 * what the item's statement reads; everywhere else the run's lab is the item's.
 */
export async function inItemLab<T>(
  run: RunContext,
  subjects: Subjects,
  dossier: Dossier,
  use: (run: RunContext) => Promise<T>,
): Promise<T> {
  const { statement, relations } = subjects;
  if (statement === null) return use(run);
  const { writes } = statement;
  if (writes !== null) {
    const item = { ...subjects, statement: { ...statement, writes } };
    const { result, notes } = await inWritingLab(run, item, use);
    dossier.notes = [...dossier.notes, ...notes];
    return result;
  }
  if (!run.labIsOwn) return use(run);
  const { sandboxes, reader, limits, threshold, series } = run;
  const contents = {
    relations: relations.map(({ relation }) => relation.oid),
    statements: [statement.parsed.tree],
    triggers: false,
    data: DEFAULT_DATA_LIMITS,
  };
  run.emit({
    type: 'phase',
    id: null,
    phase: 'prepare',
    message: `filling the ${run.labName ?? ''} lab with what the statement reads`,
  });
  let isFilled = false;
  try {
    return await withSandboxLab(sandboxes, reader, contents, { limits, threshold, series }, (lab) => {
      isFilled = true;
      return use({ ...run, lab, labReader: lab.reader, labBuilder: lab.reader });
    });
  } catch (error) {
    // What happens inside has its own end.
    if (isFilled || !(error instanceof PitstopError) || error.code !== 'no-lab') throw error;
    const hint = error.hint === undefined ? '' : `; ${error.hint}`;
    throw new Blocked('no-lab', 'no-lab', error.message + hint);
  }
}
