import { PitstopError } from '../errors.ts';

/** Whatever was thrown, as an error of ours: unknown ones are faults of the program. */
export function toPitstopError(error: unknown): PitstopError {
  if (error instanceof PitstopError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PitstopError('disk-full', message, {
      hint: 'Make room and run the same command again; it goes on where it stopped.',
      cause: error,
    });
  }
  if (['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EISDIR'].includes(code)) {
    return new PitstopError('permission-denied', message, {
      hint: 'Make it a file or folder that the user who runs pitstop may write to.',
      cause: error,
    });
  }
  return new PitstopError('internal', message, {
    hint: 'This is a fault of pitstop. Nothing is recorded as done that was not; please report it with the output.',
    cause: error,
  });
}

/** The error in words: what happened, its code, what to do next, and what may have been meant. */
export function describeError({ message, code, hint, line, candidates = [] }: PitstopError): string {
  const where = line === undefined ? '' : ` (line ${line})`;
  return [`pitstop: ${message}${where} [${code}]`, ...(hint === undefined ? [] : [hint]), ...candidates]
    .join('\n  ')
    .concat('\n');
}
