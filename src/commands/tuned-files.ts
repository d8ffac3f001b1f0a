import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { PitstopError } from '../errors.ts';
import { exists } from '../files/root.ts';
import { writeFileDurably } from '../files/write.ts';
import type { TuningForm } from '../tuning/forms/form.ts';
import type { OptionValues, Outside } from './command.ts';

/** Where settings go, and where the way back goes. */
export interface TunedFiles {
  readonly file: string;
  readonly reverse: string;
}

/**
 * The files of `--output`, looked at before anything is measured; null without it. What is there already is not written
 * over: it may be the very file that the server is configured with.
 * @throws PitstopError `usage`
 */
export async function tunedFiles(
  { cwd }: Outside,
  { output, force }: OptionValues,
  form: TuningForm,
): Promise<TunedFiles | null> {
  if (typeof output !== 'string') return null;
  const named = resolve(cwd, output);
  const files = (await isFolder(named))
    ? { file: join(named, form.fileName), reverse: join(named, form.reverseFileName) }
    : { file: named, reverse: reverseOf(named, form) };
  if (!(await isFolder(dirname(files.file))))
    throw new PitstopError('usage', `there is no folder ${dirname(files.file)}`, {
      hint: 'Make it, or name a file in another one with --output.',
    });
  const existing = await firstExisting([files.file, files.reverse]);
  if (existing === null || force === true) return files;
  throw new PitstopError('usage', `${existing} is there already`, {
    hint: 'Name another file with --output, or write over it with --force.',
    file: existing,
  });
}

export async function writeTuned(
  { file, reverse }: TunedFiles,
  texts: { readonly text: string; readonly reverse: string },
): Promise<void> {
  await writeFileDurably(file, texts.text);
  await writeFileDurably(reverse, texts.reverse);
}

async function firstExisting(files: readonly string[]): Promise<string | null> {
  for (const file of files) if (await exists(file)) return file;
  return null;
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** `tuned.sql` is taken back by `tuned.reverse.sql`, and `tuned.conf`, as the form wants it, by `tuned.conf.reverse`. */
function reverseOf(file: string, { reverseFileName }: TuningForm): string {
  if (extname(reverseFileName) === '.reverse') return `${file}.reverse`;
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.reverse${extension}`);
}
