import { PitstopError } from '../../errors.ts';

const HINT = 'Give a database instead: --database-url postgres://…';

/** The error of everything that keeps the embedded server from starting. */
export function unavailable(
  message: string,
  { hint = HINT, output = '', cause }: { hint?: string; output?: string; cause?: unknown } = {},
): PitstopError {
  return new PitstopError('embedded-unavailable', describe(message, output), { hint, cause });
}

/** A server that ended instead of becoming ready, with all that it said. */
export class NotStarted extends PitstopError {
  readonly log: string;

  constructor(log: string) {
    super('embedded-unavailable', describe('the server does not start', log), { hint: HINT });
    this.log = log;
  }
}

function describe(message: string, output: string): string {
  const lines = output.trimEnd().split('\n').slice(-8).join('\n');
  return `embedded PostgreSQL: ${message}${lines === '' ? '' : `:\n${lines}`}`;
}
