import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  readLastAttempts,
  requireWholeChain,
  readLedger,
  sha256,
  type LedgerRow,
} from '../migration/ledger.ts';
import { progressOf } from '../migration/postcondition.ts';
import type { Session } from '../pg/session.ts';
import type { FileStatus } from './status.ts';

/** Something in which task file, files, ledger and database do not agree. */
export interface Drift {
  readonly migration: string;
  readonly file: string | null;
  readonly item: string | null;
  /** What differs, for people. */
  readonly message: string;
}

/** A migration that an item's evidence names. */
export interface NamedByItem {
  readonly file: string;
  readonly item: string;
  readonly marker: string;
  readonly outcome: string;
  readonly name: string;
  readonly upPath: string;
}

/**
 * Compares what the task files' evidence says with the ledger and the catalog: done items whose migration is not in
 * force, waiting ones whose migration is, files that are not what was applied, indexes that are gone or invalid, and
 * what an earlier run left for a person. Reads only.
 */
export async function readDrift(
  session: Session,
  root: string,
  named: readonly NamedByItem[],
): Promise<Drift[]> {
  requireWholeChain(await readLedger(session));
  const attempts = await readLastAttempts(session);
  const drift: Drift[] = [];
  for (const one of named) {
    const row = attempts.get(one.name);
    const messages = [
      ...againstLedger(one, row ?? null),
      ...(row?.state === 'applied' ? await againstFile(root, one, row) : []),
    ];
    for (const message of messages)
      drift.push({ migration: one.name, file: one.file, item: one.item, message });
  }
  for (const row of attempts.values()) {
    for (const message of await againstCatalog(session, row))
      drift.push({ migration: row.name, file: row.taskFile, item: row.item, message });
  }
  return drift;
}

function againstLedger({ marker, outcome }: NamedByItem, row: LedgerRow | null): string[] {
  const isDone = marker === 'x' && (outcome === 'proven' || outcome === 'applied');
  if (isDone && row?.state !== 'applied')
    return [
      `the item is done, and the ledger has its migration ${row === null ? 'not at all' : `as ${row.state}`}`,
    ];
  if (marker === '!' && row?.state === 'applied')
    return ['the item waits, and its migration is applied; run again'];
  return [];
}

async function againstFile(root: string, { upPath }: NamedByItem, row: LedgerRow): Promise<string[]> {
  const text = await readFile(join(root, upPath), 'utf8').catch(() => null);
  if (text === null) return [`${upPath} is missing`];
  return sha256(text) === row.upSha256 ? [] : [`${upPath} is not what was applied`];
}

async function againstCatalog(session: Session, row: LedgerRow): Promise<string[]> {
  if (row.state === 'running') return ['an earlier run left it unfinished; the next run settles it'];
  if (row.state === 'needs-repair') return ['what an earlier run left of it has to be looked at by a person'];
  if (row.state !== 'applied') return [];
  const messages: string[] = [];
  for (const intent of row.intent) {
    if (intent.type !== 'builds') continue;
    const { state } = await progressOf(session, intent, row.built);
    if (state === 'untouched') messages.push(`its index ${intent.schema}.${intent.name} is gone`);
    if (state === 'half') messages.push(`its index ${intent.schema}.${intent.name} is invalid`);
    if (state === 'foreign')
      messages.push(`${intent.schema}.${intent.name} is not the index any more that it built`);
  }
  return messages;
}

/** The migrations that the items of a status name. */
export function namedByItems(files: readonly FileStatus[]): NamedByItem[] {
  return files.flatMap(({ file, items }) =>
    items.flatMap(({ id, marker, outcome, migrations }) =>
      migrations.map(({ name, up }) => ({
        file,
        item: id,
        marker,
        outcome: outcome ?? '',
        name,
        upPath: up,
      })),
    ),
  );
}
