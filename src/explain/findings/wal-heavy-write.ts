import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import {
  BLOCK_BYTES,
  count,
  kilobytes,
  relationOf,
  rowsReturned,
  tableOf,
  type FindingRule,
} from './rule.ts';

/** Less WAL than that is nothing. */
const BYTES = 1024 ** 2;
/** A row of a table with a few indexes takes some hundred bytes, and about its own width twice. */
const BYTES_PER_ROW = 2_000;
const TIMES_WIDTH = 4;
const IMAGE_SHARE = 0.5;

/** A write makes much WAL for what it writes. A note: time is spent elsewhere, at commit and on replicas. */
export const walHeavyWrite: FindingRule = {
  code: 'wal-heavy-write',
  shows: 'note: a write makes much WAL a row, or images of whole pages',
  advice:
    'checkpoints further apart (max_wal_size) where it is images of pages, else fewer indexes on the table',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    if (node.type !== 'ModifyTable' || node.wal === null || node.wal.bytes < BYTES) return [];
    const { bytes, records, fullPageImages, buffersFull } = node.wal;
    const rows = Math.max(1, rowsWritten(node));
    const mostlyImages = fullPageImages * BLOCK_BYTES > IMAGE_SHARE * bytes;
    const usual = Math.max(BYTES_PER_ROW, TIMES_WIDTH * widthWritten(node));
    if (!mostlyImages && bytes / rows < usual && (buffersFull ?? 0) === 0) return [];
    const full = buffersFull ? `; the WAL buffers were full ${count(buffersFull)} times` : '';
    return [
      {
        code: 'wal-heavy-write',
        message: `writing ${count(rows)} rows of ${tableOf(node)} makes ${kilobytes(bytes / 1024)} of WAL, ${count(bytes / rows)} bytes a row, with ${count(fullPageImages)} images of whole pages${full}`,
        advice: mostlyImages
          ? 'checkpoints further apart (max_wal_size, checkpoint_timeout) write fewer images of whole pages'
          : 'fewer indexes on the table, and larger wal_buffers where they were full',
        node: node.id,
        relation: relationOf(node, relations),
        costMs: null,
        numbers: { rows, bytes, records, fullPageImages, buffersFull: buffersFull ?? 0 },
      },
    ];
  });
}

/** Without RETURNING a ModifyTable returns nothing; what comes from below is written. */
function rowsWritten(node: PlanNode): number {
  const input = inputOf(node);
  return input === undefined ? 0 : rowsReturned(input);
}

function widthWritten(node: PlanNode): number {
  return inputOf(node)?.estimated.width ?? 0;
}

function inputOf({ children }: PlanNode): PlanNode | undefined {
  return children.find(({ parentRelationship }) => parentRelationship === 'Outer');
}
