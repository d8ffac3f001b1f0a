import { z } from 'zod';
import { Blocked } from '../../outcome.ts';
import type { Migration, MigrationDraft, MigrationFolder, MigrationFormat } from './format.ts';
import { pair } from './pair.ts';
import { single } from './single.ts';
import { isTransactional, toolHeader, undoLines, upSql } from './text.ts';
import { nextVersions, numbersOf } from './version.ts';

const JOURNAL = 'meta/_journal.json';
const BREAKPOINT = '--> statement-breakpoint';
/** Beside the tool's migrations, where it does not look. */
const BY_HAND = 'by-hand';

/**
 * A script and its entry in the journal. The tool runs all that is pending in one transaction and cannot be told
 * otherwise, so what cannot run in one stays out of the journal and is a pair of plain files for a person.
 */
export const drizzle: MigrationFormat = {
  name: 'drizzle',
  tool: { label: 'Drizzle', command: () => 'npx drizzle-kit migrate' },
  folder: 'drizzle',
  directive: /-->\s*statement-breakpoint/,
  reads: (paths) => paths.filter((path) => path === JOURNAL),
  write: (drafts, folder) => {
    const together = drafts.filter(isTransactional);
    const versions = nextVersions(
      numbersOf([...readJournal(folder).entries.map(({ tag }) => tag), ...folder.paths], /^(\d+)_[^/]*$/),
      together.map(({ time }) => time),
      { sequence: '0000' },
    );
    return drafts.map((draft) => {
      const at = together.indexOf(draft);
      return at < 0 ? byHand(draft, folder.path) : script(draft, folder.path, versions[at] ?? '');
    });
  },
  register: (migrations, folder, now) => {
    const journal = readJournal(folder);
    const known = new Set(journal.entries.map(({ tag }) => tag));
    const added = migrations.filter((migration) => !migration.byHand && !known.has(migration.name));
    if (added.length === 0) return [];
    const last = journal.entries.at(-1);
    const entries = added.map(({ name }, at) => ({
      idx: (last?.idx ?? -1) + 1 + at,
      version: journal.version,
      // The tool passes over what is not later than the last one it has applied.
      when: Math.max(now.getTime(), (last?.when ?? 0) + 1) + at,
      tag: name,
      breakpoints: true,
    }));
    return [journalFile(folder, { ...journal, entries: [...journal.entries, ...entries] })];
  },
  withdraw: (names, folder) => {
    const journal = readJournal(folder);
    const entries = journal.entries.filter(({ tag }) => !names.includes(tag));
    const changed = entries.length < journal.entries.length;
    const file = journalFile(folder, { ...journal, entries });
    return {
      names: new Set(names),
      shared: changed ? [{ path: file.path, text: entries.length === 0 ? null : file.text }] : [],
    };
  },
};

function script(draft: MigrationDraft, folder: string, version: string): Migration {
  const name = `${version}_${draft.slug}`;
  const text = toolHeader(draft, undoLines(draft)) + statements(draft);
  return single('drizzle', name, draft, { path: `${folder}/${name}.sql`, text }, { hasDown: false });
}

function statements({ steps }: MigrationDraft): string {
  return steps.map((step) => upSql({ steps: [step] })).join(`${BREAKPOINT}\n`);
}

function byHand(draft: MigrationDraft, folder: string): Migration {
  const [version] = nextVersions([], [draft.time], 'utc-seconds');
  const name = `${version}_${draft.slug}`;
  const path = `${folder}/${BY_HAND}`;
  const note = `Drizzle runs every migration in a transaction; this one has to be applied by hand: psql -f ${path}/${name}.up.sql`;
  const migration = pair('drizzle', path, name, draft, toolHeader(draft, [note]));
  return { ...migration, byHand: true, note };
}

const journalSchema = z.looseObject({
  version: z.string(),
  entries: z.array(z.looseObject({ idx: z.number(), when: z.number(), tag: z.string() })),
});

type Journal = z.output<typeof journalSchema>;

function readJournal({ path, paths, texts }: MigrationFolder): Journal {
  const text = texts.get(JOURNAL);
  if (text === undefined) {
    if (!paths.some((file) => /^[^/]+\/migration\.sql$/.test(file)))
      return { version: '7', dialect: 'postgresql', entries: [] };
    throw unclear(
      `${path} has a folder for each migration, as Drizzle 1.0 does; only ${JOURNAL} of 0.x is written`,
    );
  }
  const journal = parseJson(text);
  // As it stands: what the schema gives back has its keys in another order, and would change lines of others.
  if (journalSchema.safeParse(journal).success) return journal as Journal;
  throw unclear(`${path}/${JOURNAL} is no journal of Drizzle`);
}

function unclear(message: string): Blocked {
  return new Blocked('failed', 'migration-folder-unclear', message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As drizzle-kit prints it, with the final newline that the file had. */
function journalFile({ path, texts }: MigrationFolder, journal: Journal) {
  const newline = texts.get(JOURNAL)?.endsWith('\n') === true ? '\n' : '';
  return { path: `${path}/${JOURNAL}`, text: JSON.stringify(journal, null, 2) + newline };
}
