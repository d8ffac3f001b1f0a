import { z } from 'zod';
import { defineCheck, type Draft } from '../check.ts';
import { formatSpan } from '../words.ts';

/**
 * What differs from the defaults: of the server, as a new session gets it, and of roles and databases. What a session of
 * ours sets itself is not in `reset_val`. A text may be a secret: it is not shown, and of its value 16 bits of a hash are
 * kept, which are enough to notice a change and too few to try guesses on.
 */
const SQL = `
  SELECT s.name, hashtext(s.reset_val) & 65535 AS fingerprint,
         CASE WHEN s.vartype <> 'string' THEN s.reset_val || coalesce(' ' || s.unit, '') END AS shown
    FROM pg_settings s
   WHERE s.reset_val IS DISTINCT FROM s.boot_val AND s.context <> 'internal' AND s.source <> 'client'
     AND s.name NOT IN ('application_name', 'transaction_read_only', 'in_hot_standby')
  UNION ALL
  SELECT split_part(c.setting, '=', 1)
         || CASE WHEN d.setrole <> 0 THEN ' of role ' || d.setrole::regrole ELSE '' END
         || CASE WHEN d.setdatabase <> 0 THEN ' in database '
                 || (SELECT quote_ident(datname) FROM pg_database WHERE oid = d.setdatabase) ELSE '' END,
         hashtext(c.setting) & 65535, NULL
    FROM pg_db_role_setting d CROSS JOIN LATERAL unnest(d.setconfig) AS c (setting)
   ORDER BY 1
   LIMIT 500`;

const ROW = z.object({ name: z.string(), fingerprint: z.number().nullable(), shown: z.string().nullable() });
type Row = z.infer<typeof ROW>;

const MOST_TOLD = 10;

export const settingsChanged = defineCheck({
  name: 'settings-changed',
  area: 'settings',
  summary: 'settings of the server, its roles and databases that are not what they were at the last look',
  advice:
    'make sure that somebody meant it: pg_settings says which file it comes from, the server log when it was read',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 1,
    critical: null,
    direction: 'above',
    source: 'pgwatch and samber tell of any',
    // The next round compares with what it has become.
    raiseAfter: 1,
  },
  needs: { role: 'pg_read_all_settings' },
  sql: [{ from: 14, sql: SQL }],
  row: ROW,
  remembers: 'last',
  metrics: [],
  observe: ({ rows, earlier }): readonly Draft[] => {
    if (earlier.missing !== undefined)
      return [{ subject: 'cluster', value: null, message: `no comparison of settings: ${earlier.missing}` }];
    const changes = changesBetween(earlier.rows, rows);
    const span = formatSpan(earlier.seconds);
    if (changes.length === 0)
      return [{ subject: 'cluster', value: 0, message: `no setting has changed in ${span}` }];
    const more = changes.length > MOST_TOLD ? `, and ${changes.length - MOST_TOLD} more` : '';
    return [
      {
        subject: 'cluster',
        value: changes.length,
        message: `changed in ${span}: ${changes.slice(0, MOST_TOLD).join(', ')}${more}`,
      },
    ];
  },
});

function changesBetween(before: readonly Row[], now: readonly Row[]): readonly string[] {
  const [old, current] = [byName(before), byName(now)];
  return [...new Set([...old.keys(), ...current.keys()])].flatMap((name) => {
    const [from, to] = [old.get(name), current.get(name)];
    if (from?.fingerprint === to?.fingerprint) return [];
    return [`${name} ${shownAs(from)} → ${shownAs(to)}`];
  });
}

function byName(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.name, row]));
}

function shownAs(row: Row | undefined): string {
  if (row === undefined) return '(default)';
  return row.shown ?? '(not shown)';
}
