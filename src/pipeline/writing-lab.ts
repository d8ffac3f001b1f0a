import { relationReferences } from '../advisor/references.ts';
import { PitstopError } from '../errors.ts';
import { statementsOfBody } from '../gate/reached.ts';
import { DEFAULT_DATA_LIMITS, type Contents } from '../labs/sandbox/fill.ts';
import { withFilledSandbox } from '../labs/sandbox/filled.ts';
import { openWritingLab, type WritingLab } from '../labs/writing.ts';
import { Blocked } from '../outcome.ts';
import { readNameFacts } from '../pg/catalog/deciding-names.ts';
import { readRelations } from '../pg/catalog/relations.ts';
import { updatedColumns } from '../sql/updated-columns.ts';
import type { WritingStatement } from '../sql/writing-statement.ts';
import type { StatementFacts } from '../steps/step.ts';
import type { RunContext } from './context.ts';
import type { Subjects } from './facts.ts';
import { readWritingScene } from './writing.ts';

/** An item whose statement writes. */
export interface WritingItem extends Subjects {
  readonly statement: StatementFacts & { readonly writes: WritingStatement };
}

/** What came of an item, and what is to be said of the place where its statement was executed. */
interface Written<T> {
  readonly result: T;
  readonly notes: readonly string[];
}

/**
 * Lends an item the place where its writing statement is executed and undone: the target or the named lab where the
 * gate allows it there, else a database of our own.
 */
export async function inWritingLab<T>(
  run: RunContext,
  item: WritingItem,
  use: (place: RunContext) => Promise<T>,
): Promise<Written<T>> {
  if (run.labIsOwn) return inOwnDatabase(run, item, null, use);
  const { labBuilder, labName, environment, labIsTarget, limits, threshold, series } = run;
  if (labBuilder === null || labName === null) {
    throw new Blocked(
      'no-lab',
      'no-lab',
      `a statement that writes is not executed on a ${environment} target; name a lab to measure it in (--lab embedded makes one)`,
    );
  }
  const { writes, probe } = item.statement;
  const own = false;
  const scene = await readWritingScene(labBuilder, writes, probe, {
    own,
    environment: labIsTarget ? environment : 'staging',
  });
  if ('code' in scene && labIsTarget) return inOwnDatabase(run, item, scene.message, use);
  if ('code' in scene) {
    const message = `the statement is not executed in the named lab: ${scene.message}; --lab embedded makes one where it may`;
    throw new Blocked('no-lab', 'no-lab', message);
  }
  const where = labIsTarget ? 'target' : labName;
  const lab = await openWritingLab(labName, labBuilder, {
    limits,
    threshold,
    series,
    where,
    targets: scene,
    own,
  });
  const result = await use({ ...run, lab, writingLab: lab });
  return { result, notes: await notesOn(lab, labIsTarget ? 'the target' : `the ${labName} lab`) };
}

/** Other people may have changed the tables meanwhile; that is said as it was seen. */
async function notesOn(lab: WritingLab, place: string): Promise<string[]> {
  // The item has its end by now; that stands, whatever became of the session.
  const changes = await lab.changes().catch(() => ['its tables could not be read again']);
  if (changes.length === 0)
    return [`each execution was rolled back on ${place}; its rows and sequences are as before`];
  return [`each execution was rolled back on ${place}; meanwhile ${changes.join('; ')}`];
}

/**
 * In a copy of all the data that the statement, its foreign keys and triggers touch.
 * @param why it is not executed on the target; null where nobody asked for that
 */
async function inOwnDatabase<T>(
  run: RunContext,
  item: WritingItem,
  why: string | null,
  use: (place: RunContext) => Promise<T>,
): Promise<Written<T>> {
  const { sandboxes, reader, limits, threshold, series, signal } = run;
  const { writes, probe } = item.statement;
  const own = true;
  // What may be executed nowhere is not worth a copy.
  const scene = await readWritingScene(reader, writes, probe, { own });
  if ('code' in scene) throw new Blocked('refused', scene.code, scene.message);
  const name = sandboxes.kind;
  run.emit({
    type: 'phase',
    id: null,
    phase: 'prepare',
    message: `${why === null ? '' : `${why}; `}filling the ${name} lab with what the statement touches`,
  });
  let isFilled = false;
  try {
    const contents = await contentsFor(run, item);
    return await withFilledSandbox(sandboxes, reader, contents, signal, async (session, { sampled }) => {
      if (sampled) throw new PitstopError('no-lab', 'its tables are too large to be copied for it');
      isFilled = true;
      const there = await readWritingScene(session, writes, probe, { own });
      if ('code' in there) throw new Blocked('refused', there.code, there.message);
      const lab = await openWritingLab(name, session, {
        limits,
        threshold,
        series,
        where: name,
        targets: there,
        own,
      });
      const place = { lab, writingLab: lab, labName: name, labIsTarget: false, labIsOwn: true };
      const result = await use({ ...run, ...place, labReader: session, labBuilder: session });
      return { result, notes: [`it was executed in the ${name} lab only, never on the target`] };
    });
  } catch (error) {
    // What happens inside has its own end.
    if (isFilled || !(error instanceof PitstopError) || !NO_PLACE.has(error.code)) throw error;
    throw new Blocked('no-lab', 'no-lab', why === null ? error.message : `${why}; ${error.message}`);
  }
}

const NO_PLACE = new Set(['no-lab', 'embedded-unavailable']);

async function contentsFor(
  { reader }: RunContext,
  { statement: { writes }, relations }: WritingItem,
): Promise<Contents> {
  const { functions } = await readNameFacts(reader, [writes.tree]);
  const bodies = functions.flatMap(({ definition }) =>
    definition === null ? [] : statementsOfBody(definition),
  );
  const further = await readRelations(reader, [
    ...bodies.flatMap(relationReferences),
    ...checkedIn(writes, relations),
  ]);
  return {
    relations: [...new Set([...relations, ...further].map(({ relation }) => relation.oid))],
    statements: [writes.tree, ...bodies],
    triggers: true,
    data: DEFAULT_DATA_LIMITS,
  };
}

/** The tables in which foreign keys look up what an INSERT or UPDATE writes. */
function checkedIn({ sql, writes }: WritingStatement, relations: Subjects['relations']) {
  return writes.flatMap(({ verb, schema, table }) => {
    const relation = relations.find(
      ({ reference }) => reference.schema === schema && reference.name === table,
    )?.relation;
    if (relation === undefined || verb === 'DELETE') return [];
    const updated = updatedColumns(sql, relation);
    return relation.foreignKeys
      .filter(({ columns }) => verb !== 'UPDATE' || columns.some((column) => updated.includes(column)))
      .map(({ referenced }) => referenced);
  });
}
