import { majorOf } from '../server.ts';
import type { TuningForm } from './form.ts';
import { commentLines, heading, oldOrDefault, oldValue, remarks } from './words.ts';

/**
 * A fragment for `conf.d`, or for the end of `postgresql.conf`: the last line that names a setting counts. The way back
 * has no `.conf` at its end: `include_dir` would read it after the fragment, and all of that would be undone in silence.
 */
export const conf: TuningForm = {
  name: 'conf',
  label: 'a fragment of postgresql.conf',
  takenBy: 'anybody',
  fileName: 'postgresql.conf',
  reverseFileName: 'postgresql.conf.reverse',
  write: (document) =>
    file([
      commentLines('#', heading(document)),
      ...document.recommendation.settings.map(
        (advice) =>
          `${commentLines('#', [remarks(advice, document).join(' ')])}${line(advice.name, advice.value)}`,
      ),
    ]),
  reverse: (document) =>
    file([
      commentLines('#', [
        `Takes the fragment back. A setting that nobody had set gets the default of PostgreSQL ${majorOf(document.server)}.`,
      ]),
      ...document.recommendation.settings.map((advice) => {
        const was = oldValue(advice, document) === null ? 'The default.' : 'The value before.';
        return `${commentLines('#', [was])}${line(advice.name, oldOrDefault(advice, document))}`;
      }),
    ]),
};

function line(name: string, value: string): string {
  return `${name} = ${confValue(value)}\n`;
}

/**
 * A value as `postgresql.conf` reads it: bare where it is a number, a number with a unit or a plain word; else in quotes,
 * within which both quotes and backslashes are doubled.
 */
export function confValue(value: string): string {
  if (/^(?:-?\d+(?:\.\d+|[a-zA-Z]*)|[a-z][a-z0-9_]*)$/.test(value)) return value;
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}

function file(parts: readonly string[]): string {
  return parts.join('\n');
}
