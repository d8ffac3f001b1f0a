import { z } from 'zod';
import { asProposed, dropIndexStep, type Proposal } from '../change.ts';
import type { Finding } from '../explain/finding.ts';
import type { IndexFacts, RelationReference } from '../facts.ts';
import { droppedIndex, readQualifiedName } from '../sql/dropped-index.ts';
import { quoteQualified } from '../sql/quote.ts';
import { workloadOf } from '../task/workload.ts';
import { defineStep, type NamedIndex } from './step.ts';

const fields = z.object({
  index: z
    .string()
    .nullable()
    .transform((text, context): RelationReference | null => {
      const name = text === null ? null : readQualifiedName(text);
      if (text !== null && name === null)
        context.addIssue({ code: 'custom', message: `${text} is not the name of an index` });
      return name;
    }),
  candidates: z.array(z.string()),
});

type Fields = z.output<typeof fields>;

/** An index to remove, or another change that somebody proposes without a statement to measure: judged, never tried. */
export const index = defineStep<Fields, 'index'>({
  kind: 'index',
  summary: 'Removes an unused or duplicate index, or carries a proposed change to the gate.',
  inputs: {
    Index:
      'the index that the item is about; without **Candidate** it goes where nobody scans it, or another has its keys',
    Candidate:
      'the change: `DROP INDEX …`, or any other statement, which is carried to the gate as it stands',
  },
  fields,
  example: [
    '- [ ] 2.1 Drop the unused index on the order notes',
    '  - **Index**: `shop.orders_notes_idx`',
    '  - **Candidate**: `DROP INDEX shop.orders_notes_idx`',
  ].join('\n'),
  claims: (inputs) =>
    inputs.query === null &&
    inputs.queries.length + inputs.sqlBlocks.length === 0 &&
    inputs.file === null &&
    workloadOf(inputs) === null &&
    (inputs.index !== null || inputs.candidates.length > 0),
  subject: (inputs) => ({ index: inputs.index ?? proposedDrop(inputs) ?? undefined }),
  targetMs: () => null,
  facts: ['index'],
  diagnose: (_fields, { index: named }) => (named === null ? [] : [...unused(named), ...duplicate(named)]),
  next({ fields: inputs, facts, findings }, trials) {
    if (trials.length > 0) return [];
    const named = facts.index;
    const wanted = proposedDrop(inputs);
    if (named !== null && (wanted !== null || (inputs.candidates.length === 0 && findings.length > 0))) {
      const why = findings.map((finding) => finding.message).join('; ');
      // No number of the moment: the reason stands in the migration's file, whose bytes an approval binds.
      return [drop(named, wanted === null ? why : 'proposed by the item')];
    }
    return inputs.candidates.filter((sql) => droppedIndex(sql) === null).map((sql) => asProposed(sql, null));
  },
});

function proposedDrop({ candidates }: Fields): RelationReference | null {
  return candidates.map(droppedIndex).find((name) => name !== null) ?? null;
}

function drop({ table, index: found }: NamedIndex, reason: string): Proposal {
  const summary = `drop index ${quoteQualified(found)} of ${quoteQualified(table)}`;
  return {
    id: `drop ${quoteQualified(found)}`,
    change: { summary, steps: [dropIndexStep(found)] },
    reason,
    probe: null,
    estimatedGainMs: 0,
  };
}

function unused({ table, index: found }: NamedIndex): Finding[] {
  if (found.scans > 0 || found.constraint !== null || found.unique) return [];
  const message = `${quoteQualified(found)} was never scanned since the statistics were reset`;
  return [
    {
      code: 'unused-index',
      message,
      relation: table,
      costMs: null,
      numbers: { scans: 0, sizeBytes: found.sizeBytes },
    },
  ];
}

/** Another index of the table with the same keys makes this one superfluous. */
function duplicate({ table, index: found, siblings }: NamedIndex): Finding[] {
  const twin = siblings.find(
    (other) => other.name !== found.name && other.valid && shapeText(other) === shapeText(found),
  );
  if (twin === undefined || found.constraint !== null || (found.unique && !twin.unique)) return [];
  const message = `${quoteQualified(found)} has the same keys as ${quoteQualified(twin)}`;
  return [
    {
      code: 'duplicate-index',
      message,
      relation: table,
      costMs: null,
      numbers: { twin: twin.name, sizeBytes: found.sizeBytes },
    },
  ];
}

/** The definition after the name: table, method, keys, predicate, storage. */
function shapeText({ definition }: IndexFacts): string {
  return definition.slice(definition.indexOf(' ON '));
}
