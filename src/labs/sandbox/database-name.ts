import { randomBytes } from 'node:crypto';

const PREFIX = 'pitstop_sandbox_';

/** A name that nobody can guess and everybody can recognise. */
export function createDatabaseName(): string {
  return PREFIX + randomBytes(8).toString('hex');
}

/** For `SIMILAR TO`. */
export const DATABASE_NAME_PATTERN = `pitstop\\_sandbox\\_[0-9a-f]{16}`;

/** The advisory lock whose holder uses the database: the digits of its name, as a signed 64-bit number. */
export function lockKeyOf(name: string): string {
  return BigInt.asIntN(64, BigInt(`0x${name.slice(PREFIX.length)}`)).toString();
}

/** The comment on a database of ours. */
export const MARKER = 'made by pitstop to try changes in; dropped when the run that made it ends';
