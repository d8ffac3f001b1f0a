import { createHash } from 'node:crypto';
import { PitstopError } from '../errors.ts';
import { withLockFile } from './lock-file.ts';

/** Lends a task file to one runner at a time. People never wait for it: they edit as they like, and their edits win. */
export async function withTaskFileLock<T>(root: string, file: string, use: () => Promise<T>): Promise<T> {
  const name = createHash('sha256').update(file).digest('hex').slice(0, 16);
  return withLockFile(
    root,
    name,
    {
      patienceMs: 0,
      busy: (path, holder) =>
        new PitstopError(
          'task-file-locked',
          `another pitstop run (process ${holder?.pid ?? 'unknown'}) works on ${file}`,
          {
            file,
            hint: `Wait until it has finished. If no such process runs on any machine that shares this folder, remove ${path}.`,
          },
        ),
    },
    use,
  );
}
