import { quoteLiteral, quoteName } from '../../sql/quote.ts';
import type { TuningForm } from './form.ts';
import { namesInList } from './list-value.ts';
import { commentLines, heading, isHidden, oldValue, remarks } from './words.ts';

/** One statement for each setting, none in a transaction: `ALTER SYSTEM` cannot run in one. */
export const alterSystem: TuningForm = {
  name: 'alter-system',
  label: 'a script of ALTER SYSTEM',
  takenBy: 'own',
  fileName: 'alter-system.sql',
  reverseFileName: 'alter-system.reverse.sql',
  write: (document) =>
    script([
      commentLines('--', [...heading(document), 'Not in a transaction. What needs a restart waits for one.']),
      ...document.recommendation.settings.map(
        (advice) =>
          `${commentLines('--', [remarks(advice, document).join(' ')])}${setting(advice.name, advice.value)}`,
      ),
    ]),
  reverse: (document) =>
    script([
      commentLines('--', [
        'Takes the script back. Not in a transaction. What needed a restart needs another.',
      ]),
      ...document.recommendation.settings.map((advice) => {
        const old = oldValue(advice, document);
        const hidden = isHidden(advice, document) ? commentLines('--', [HIDDEN]) : '';
        return old === null
          ? `${hidden}ALTER SYSTEM RESET ${nameOf(advice.name)};\n`
          : `${commentLines('--', ['It came from a file or the command line; RESET would do as well, unless ALTER SYSTEM had set it.'])}${setting(advice.name, old)}`;
      }),
    ]),
};

const HIDDEN =
  'Set for the role or the database that asked: what ALTER SYSTEM had set before, if anything, is in postgresql.auto.conf.';

function setting(name: string, value: string): string {
  const names = namesInList(name, value);
  const literals = names === null || names.length === 0 ? [value] : names;
  return `ALTER SYSTEM SET ${nameOf(name)} = ${literals.map(quoteLiteral).join(', ')};\n`;
}

function nameOf(name: string): string {
  return name.split('.').map(quoteName).join('.');
}

function script(parts: readonly string[]): string {
  return [...parts, 'SELECT pg_reload_conf();\n'].join('\n');
}
