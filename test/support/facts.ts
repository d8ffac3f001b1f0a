import type { ColumnFacts, IndexFacts, IndexKey, RelationFacts, ServerTraits } from '../../src/facts.ts';

/** Facts written by hand: an ordinary integer column, a plain valid B-tree, a small analysed table. */

export function columnFacts(name: string, more: Partial<ColumnFacts> = {}): ColumnFacts {
  return {
    name,
    type: 'integer',
    notNull: true,
    sortable: true,
    distinctValues: null,
    nullFraction: null,
    averageWidth: null,
    baseType: 'int4',
    collation: null,
    generated: null,
    correlation: null,
    commonValues: [],
    histogram: [],
    ...more,
  };
}

export function indexKey(column: string | null, more: Partial<IndexKey> = {}): IndexKey {
  return {
    column,
    expression: null,
    operatorClass: 'int4_ops',
    descending: false,
    nullsFirst: false,
    defaultOperators: true,
    ...more,
  };
}

export function indexFacts(
  name: string,
  columns: readonly string[],
  more: Partial<IndexFacts> = {},
): IndexFacts {
  return {
    oid: 9,
    schema: 'shop',
    name,
    method: 'btree',
    keys: columns.map((column) => indexKey(column)),
    included: [],
    unique: false,
    immediate: true,
    primary: false,
    constraint: null,
    valid: true,
    predicate: null,
    definition: '',
    sizeBytes: 0,
    scans: 0,
    ...more,
  };
}

export function relationFacts(name: string, more: Partial<RelationFacts> = {}): RelationFacts {
  return {
    oid: 1,
    schema: 'shop',
    name,
    kind: 'table',
    columns: [],
    indexes: [],
    rows: 1_000,
    sizeBytes: 8_192,
    analyzed: true,
    rowsModifiedSinceAnalyze: 0,
    mayIndex: true,
    foreignKeys: [],
    referencedBy: [],
    partitioning: null,
    isPartition: false,
    inherited: false,
    allVisibleShare: 1,
    deadRows: 0,
    writes: { inserted: 0, updated: 0, hotUpdated: 0, deleted: 0, seconds: null },
    triggers: [],
    statistics: [],
    ...more,
  };
}

/** A plain server: contrib is at hand, nothing of it installed. */
export function serverTraits(more: Partial<ServerTraits> = {}): ServerTraits {
  return {
    extensions: [{ name: 'pg_trgm', schema: null, trusted: true }],
    settings: {},
    mayCreate: true,
    ...more,
  };
}
