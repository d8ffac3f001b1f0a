import { PitstopError } from '../../errors.ts';

const HINT = 'Give a database instead: --database-url postgres://…';

/** The error of everything that keeps the embedded server from starting. */
export function unavailable(
  message: string,
  { hint = HINT, output = '', cause }: { hint?: string; output?: string; cause?: unknown } = {},
): PitstopError {
  const lines = output.trimEnd().split('\n').slice(-8).join('\n');
  const said = lines === '' ? '' : `:\n${lines}`;
  return new PitstopError('embedded-unavailable', `embedded PostgreSQL: ${message}${said}`, { hint, cause });
}
