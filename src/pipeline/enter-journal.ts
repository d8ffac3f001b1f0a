import { appendJournal, type JournalEvent } from '../journal/journal.ts';
import type { RunContext } from './context.ts';

/**
 * Enters into the run's journal what has become of an item; it is on disk when this returns.
 * @param file relative to the repository's root
 * @param key the item's, hashed
 */
export async function enterJournal(
  run: RunContext,
  file: string,
  key: string,
  event: JournalEvent,
): Promise<void> {
  await appendJournal(run.journalPath, {
    at: run.now().toISOString(),
    runId: run.runId,
    file,
    key,
    ...event,
  });
}
