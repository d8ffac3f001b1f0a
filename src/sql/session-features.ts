import type { IntoClause, Node, RangeVar, VariableSetStmt } from '@pgsql/types';
import { readPlpgsql } from './plpgsql.ts';
import { statementsOrNone } from './parse.ts';
import { namesOf, nodesOf, type Visited } from './walk.ts';

/** What lasts from transaction to transaction, and is lost or met by somebody else where those have other sessions. */
export type SessionFeature =
  | 'listen'
  | 'session-setting'
  | 'prepared-statement'
  | 'holdable-cursor'
  | 'advisory-lock'
  | 'temporary-table'
  | 'sequence-value'
  | 'library';

export interface FoundFeature {
  readonly feature: SessionFeature;
  /** The name that it is about: a channel, a setting, a table; null where there is none or it is not known. */
  readonly name: string | null;
  /** False where the statement does not tell: a `set_config` whose third argument is a parameter. */
  readonly certain: boolean;
}

/** Which features of a session a statement uses, each name once; those of a `DO` block included. Needs `loadParser()` before. */
export function sessionFeatures(tree: Node, sql: string): FoundFeature[] {
  const found = new Map<string, FoundFeature>();
  for (const node of nodesOf(tree)) {
    const feature = featureOf(node);
    if (feature !== null) found.set(JSON.stringify([feature.feature, feature.name]), feature);
  }
  if ('DoStmt' in tree)
    for (const part of featuresOfRoutine(sql)) found.set(JSON.stringify([part.feature, part.name]), part);
  return [...found.values()];
}

/**
 * The features that a routine in PL/pgSQL uses, by its `CREATE FUNCTION`, `CREATE PROCEDURE` or `DO`. What it builds at
 * run time is not seen.
 */
export function featuresOfRoutine(definition: string): FoundFeature[] {
  return (readPlpgsql(definition) ?? [])
    .filter(({ kind }) => kind === 'sql')
    .flatMap(({ text }) => statementsOrNone(text))
    .flatMap(({ tree, sql }) => sessionFeatures(tree, sql));
}

/** A use that surely is one. */
function use(feature: SessionFeature, name: string | null = null): FoundFeature {
  return { feature, name, certain: true };
}

function featureOf({ tag, fields }: Visited): FoundFeature | null {
  const find = tag === null ? undefined : FEATURES[tag];
  return find?.(fields) ?? null;
}

type Fields = Readonly<Record<string, unknown>>;

/** By the type of node. `NOTIFY`, `SET LOCAL` and locks that end with their transaction do no harm. */
const FEATURES: Readonly<Record<string, (fields: Fields) => FoundFeature | null>> = {
  ListenStmt: (fields) => use('listen', textOf(fields['conditionname'])),
  VariableSetStmt: (fields) => settingOf(fields),
  PrepareStmt: (fields) => use('prepared-statement', textOf(fields['name'])),
  ExecuteStmt: (fields) => use('prepared-statement', textOf(fields['name'])),
  DeclareCursorStmt: (fields) =>
    (Number(fields['options'] ?? 0) & WITH_HOLD) === 0
      ? null
      : use('holdable-cursor', textOf(fields['portalname'])),
  CreateStmt: (fields) =>
    fields['oncommit'] === 'ONCOMMIT_DROP' ? null : temporary(fields['relation'] as RangeVar | undefined),
  CreateTableAsStmt: (fields) => intoTemporary(fields['into'] as IntoClause | undefined),
  // `SELECT … INTO`.
  IntoClause: (fields) => intoTemporary(fields),
  ViewStmt: (fields) => temporary(fields['view'] as RangeVar | undefined),
  CreateSeqStmt: (fields) => temporary(fields['sequence'] as RangeVar | undefined),
  LoadStmt: (fields) => use('library', textOf(fields['filename'])),
  FuncCall: (fields) => calledFeature(fields),
};

/** `CURSOR_OPT_HOLD` of the server's `parsenodes.h`. */
const WITH_HOLD = 0x20;

/** Settings that PgBouncer itself keeps for each of its clients. */
const TRACKED = new Set([
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
]);

function settingOf(fields: Fields): FoundFeature | null {
  const { kind, name = '', is_local: local = false } = fields as Partial<VariableSetStmt>;
  if (local || (kind === 'VAR_SET_MULTI' && name !== 'SESSION CHARACTERISTICS')) return null;
  if (TRACKED.has(name.toLowerCase())) return null;
  return use('session-setting', kind === 'VAR_RESET_ALL' ? 'ALL' : name);
}

function intoTemporary(into: IntoClause | undefined): FoundFeature | null {
  return into?.onCommit === 'ONCOMMIT_DROP' ? null : temporary(into?.rel);
}

function temporary(relation: RangeVar | undefined): FoundFeature | null {
  const isTemporary = relation?.relpersistence === 't' || relation?.schemaname === 'pg_temp';
  return isTemporary ? use('temporary-table', relation.relname ?? null) : null;
}

/** `pg_advisory_lock`, `pg_try_advisory_lock_shared`, …; those of a transaction have `xact` in their name. */
const SESSION_LOCK = /^pg_(?:try_)?advisory_(?:un)?lock(?:_shared|_all)?$/;

function calledFeature(fields: Fields): FoundFeature | null {
  const name = namesOf(fields['funcname'] as Node[] | undefined).at(-1) ?? '';
  const args = (fields['args'] ?? []) as readonly Node[];
  if (SESSION_LOCK.test(name)) return use('advisory-lock');
  // Within the transaction that drew the value they are right.
  if (name === 'currval' || name === 'lastval') return { ...use('sequence-value', name), certain: false };
  if (name !== 'set_config') return null;
  const setting = constantOf(args[0]);
  const local = constantOf(args[2]);
  if (local === true || (typeof setting === 'string' && TRACKED.has(setting.toLowerCase()))) return null;
  return {
    feature: 'session-setting',
    name: typeof setting === 'string' ? setting : null,
    certain: local === false,
  };
}

/** A text or a truth value that stands there as a constant. */
function constantOf(node: Node | undefined): string | boolean | null {
  if (node === undefined || !('A_Const' in node)) return null;
  const { sval, boolval } = node.A_Const;
  if (sval !== undefined) return sval.sval ?? '';
  return boolval === undefined ? null : (boolval.boolval ?? false);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
