import { majorOf } from '../server.ts';
import { oldValue, heading, remarks } from './words.ts';
import type { TuningDocument, TuningForm } from './form.ts';

/** Data and its type, for whatever writes the server's configuration in a TypeScript project. */
export const typescript: TuningForm = {
  name: 'typescript',
  label: 'a TypeScript module',
  takenBy: 'anybody',
  fileName: 'postgres-config.ts',
  reverseFileName: 'postgres-config.reverse.ts',
  write: (document) =>
    module(
      'postgresConfig',
      heading(document),
      document.recommendation.settings.map((advice) => ({
        name: advice.name,
        comment: remarks(advice, document).join(' '),
        value: advice.value,
      })),
    ),
  reverse: (document) =>
    module(
      'postgresConfigBefore',
      [`What was set before; null is the default of PostgreSQL ${majorOf(document.server)}.`],
      document.recommendation.settings.map((advice) => ({
        name: advice.name,
        comment: null,
        value: oldValue(advice, document),
      })),
    ),
};

interface Entry {
  readonly name: TuningDocument['recommendation']['settings'][number]['name'];
  readonly comment: string | null;
  readonly value: string | null;
}

function module(name: string, head: readonly string[], entries: readonly Entry[]): string {
  const lines = entries.map(({ name: setting, comment, value }) => {
    const above = comment === null ? '' : `  /** ${inComment(comment)} */\n`;
    return `${above}  ${key(setting)}: ${literal(value)},\n`;
  });
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  return [
    `/**\n${head.map((text) => ` * ${inComment(text)}\n`).join('')} */\n`,
    `export const ${name} = {\n${lines.join('')}} as const;\n\n`,
    `export type ${type} = typeof ${name};\n`,
  ].join('');
}

function key(setting: string): string {
  return /^[A-Za-z_]\w*$/.test(setting) ? setting : literal(setting);
}

function literal(value: string | null): string {
  if (value === null) return 'null';
  const inner = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`);
  return `'${inner.replaceAll('\u2028', String.raw`\u2028`).replaceAll('\u2029', String.raw`\u2029`)}'`;
}

function inComment(text: string): string {
  return text.replaceAll('*/', '* /');
}
