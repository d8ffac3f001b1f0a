import { z } from 'zod';
import { defineCheck } from '../check.ts';

/**
 * What the next reload or restart would make of the files. A setting that waits for a restart is shown with the same error
 * as one with a wrong value; whether it is the first only `pg_settings` tells. Texts are not shown: a value may be a
 * secret.
 */
const SQL = `
  SELECT f.name, regexp_replace(f.sourcefile, '^.*/', '') AS file, f.sourceline AS line, f.error,
         CASE WHEN s.vartype IN ('enum', 'bool', 'integer', 'real') THEN left(f.setting, 40) END AS setting,
         CASE WHEN s.vartype = 'enum' THEN array_to_string(s.enumvals, ', ')
              WHEN s.vartype IN ('integer', 'real') THEN s.min_val || ' to ' || s.max_val || coalesce(' ' || s.unit, '')
         END AS allowed
    FROM pg_file_settings f LEFT JOIN pg_settings s ON lower(s.name) = lower(f.name)
   WHERE f.error IS NOT NULL AND s.pending_restart IS NOT TRUE
   ORDER BY f.seqno
   LIMIT 50`;

export const settingsFileErrors = defineCheck({
  name: 'settings-file-errors',
  area: 'settings',
  summary: 'lines of the configuration files that the server does not accept',
  advice:
    'correct the line, then pg_reload_conf(); until then a reload takes none or only some of the other lines, and a restart fails',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: null,
    critical: 1,
    direction: 'above',
    source: 'none of the tools reads it; measured on 18.4: with such a line the server does not start',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({
    name: z.string().nullable(),
    file: z.string(),
    line: z.number(),
    error: z.string(),
    setting: z.string().nullable(),
    allowed: z.string().nullable(),
  }),
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows }) =>
    rows.map(({ name, file, line, error, setting, allowed }) => ({
      subject: name ?? `${file}:${line}`,
      value: 1,
      message: `${file}, line ${line}: ${name ?? 'no setting'}${setting === null ? '' : ` = ${setting}`}: ${error}${allowed === null ? '' : ` (this server takes ${allowed})`}`,
    })),
});
