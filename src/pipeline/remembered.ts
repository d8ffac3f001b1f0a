import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { slug } from '../migration/migration.ts';
import { redact } from '../report/redact.ts';
import type { Item } from '../task/item.ts';
import { SETTING_GROUPS } from '../tuning/setting.ts';

/** Before there was a choice of formats, a migration was two plain files and had their name. */
const rememberedMigration = z
  .object({
    name: z.string().optional(),
    format: z.string().default('plain'),
    up: z.string(),
    down: z.string().nullable(),
    files: z.array(z.string()).optional(),
    statements: z.array(z.string()),
  })
  .transform(({ name, files, ...rest }) => ({
    ...rest,
    name: name ?? basename(rest.up, '.up.sql'),
    files: files ?? [rest.up, ...(rest.down === null ? [] : [rest.down])],
  }));

export type RememberedMigration = z.output<typeof rememberedMigration>;

const configured = z.object({
  name: z.string(),
  value: z.string(),
  group: z.enum(SETTING_GROUPS),
  why: z.string(),
  source: z.string(),
  takes: z.enum(['restart', 'reload', 'session']),
  old: z.string().nullable(),
  measured: z.string().nullable(),
});

const interval = z.tuple([z.number(), z.number()]);

const measurement = z.object({
  medianMs: z.number(),
  ci95Ms: interval,
  runs: z.number(),
  sharedBlocks: z.number().nullable(),
  where: z.string(),
});

/** What a later run needs of an evidence file; the rest is for reviewers. */
const remembered = z.object({
  schemaVersion: z.literal(1),
  recordedAt: z.string().default(''),
  item: z.object({ id: z.string(), title: z.string() }),
  outcome: z.string(),
  reason: z.object({ code: z.string(), message: z.string() }),
  basis: z.string().nullable(),
  /** Hash of each value that the runner wrote into the task file, by field. */
  fields: z.record(z.string(), z.string()),
  request: z.string().nullable(),
  /** What was handed over for somebody to adopt. */
  rewrite: z.string().nullable().default(null),
  session: z.record(z.string(), z.string()).nullable().default(null),
  /** By what the statement is known that was chosen of a workload. */
  workload: z.object({ statement: z.string() }).nullable().catch(null),
  before: measurement.nullable().default(null),
  migrations: z.array(rememberedMigration),
  /** Files besides migrations, as they were written. */
  files: z
    .array(z.object({ path: z.string(), sha256: z.string(), role: z.enum(['main', 'reverse']) }))
    .default([]),
  /** Settings that those files give a server. */
  configures: z.array(configured).default([]),
});

export type RememberedEvidence = z.output<typeof remembered>;

/**
 * Whether what an earlier run wrote still waits for somebody: handed over, or for an approval. After a no it is there for
 * whoever has a change of mind.
 */
export function isWaiting(evidence: RememberedEvidence): boolean {
  return evidence.outcome === 'handed-over' || isAskedFor(evidence);
}

/** Whether it is an approval that it waits for. */
export function isAskedFor({ outcome, reason }: RememberedEvidence): boolean {
  return outcome === 'awaiting-approval' || reason.code === 'approval-rejected';
}

/** Where an item's evidence belongs, and what is there of an earlier run. */
export interface LocatedEvidence {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly remembered: RememberedEvidence | null;
}

/**
 * Finds an item's evidence: the file that its own Evidence field names, so that a renamed heading loses nothing, where that is
 * ours and about this item; else
 * `docs/performance/tasks-0001-database-performance/1.1-speed-up-the-order-history-1f3a5c.json`, the last part being
 * the hash of the item's key, since ids and titles repeat in real files.
 */
export async function locateEvidence(
  root: string,
  folder: string,
  file: string,
  item: Item,
): Promise<LocatedEvidence> {
  const named = namedPath(folder, item);
  if (named !== null) {
    const found = await readEvidence(root, named);
    if (found !== null && isAbout(found, item)) return { path: named, remembered: found };
  }
  const path = freshPath(folder, file, item);
  return { path, remembered: await readEvidence(root, path) };
}

function isAbout({ item: { id, title } }: RememberedEvidence, item: Item): boolean {
  return title === item.title && (!item.ownId || id === item.id);
}

function namedPath(folder: string, item: Item): string | null {
  const named = item.fields.find((field) => field.key === 'evidence' && field.code)?.text ?? '';
  return named.startsWith(`${folder}/`) && named.endsWith('.json') && !named.includes('..') ? named : null;
}

function freshPath(folder: string, file: string, item: Item): string {
  const words = slug(redact(item.title))
    .split('_')
    .reduce((name, word) => (name.length + word.length < 40 ? `${name}-${word}` : name));
  const id = item.ownId ? `${item.id.replace(/[^\w.-]+/g, '_')}-` : '';
  const hash = createHash('sha256').update(item.key).digest('hex').slice(0, 6);
  return `${folder}/${slug(basename(file, '.md')).replaceAll('_', '-')}/${id}${words}-${hash}.json`;
}

/** Null where there is none that can be read. */
export async function readEvidence(root: string, path: string): Promise<RememberedEvidence | null> {
  let text: string;
  try {
    text = await readFile(join(root, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const parsed = remembered.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
