import type { TuningServer } from '../src/tuning/server.ts';

/** `src/tuning/postgresql-18.json`: one setting a line, as a server has it that nobody has configured. */
export function freshSettings({ versionNumber, settings }: TuningServer): string {
  const rows = [...settings.values()]
    // What cannot be set is not configured; libraries bring settings of their own.
    .filter(({ name, context }) => context !== 'internal' && !name.includes('.'))
    .map(({ name, type, unit, context, boot, min, max, allowed }) =>
      JSON.stringify({ name, type, unit, context, boot, min, max, allowed }),
    );
  return `{\n  "versionNumber": ${versionNumber},\n  "settings": [\n    ${rows.join(',\n    ')}\n  ]\n}\n`;
}
