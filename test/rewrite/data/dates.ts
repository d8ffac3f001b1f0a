import { THOROUGH } from '../../support/thorough.ts';
import type { CaseData } from '../rule-cases.ts';

/** Hours around noon, when it is the same day in every zone of the cases. */
const SCHEMA = `
  CREATE TABLE e (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, ts timestamp, d date);
  INSERT INTO e (at, ts, d)
  SELECT t, t AT TIME ZONE 'UTC', (t AT TIME ZONE 'UTC')::date
    FROM unnest(ARRAY['2024-03-31', '2024-10-27', '2024-11-03', '2024-12-31', '2018-11-04', '2010-11-06', '1916-10-01']) day,
         generate_series(-1, 1) beside, generate_series(8, 16) hour,
         LATERAL (SELECT (day || ' 00:00+00')::timestamptz + beside * interval '1 day' + hour * interval '1 hour') AS s (t);`;

/** Every quarter of an hour around midnights and changes of clocks, with the microseconds beside; NULL, infinity, BC. */
const EDGES = `
  INSERT INTO e (at, ts, d)
  SELECT t, t AT TIME ZONE 'UTC', (t AT TIME ZONE 'UTC')::date
    FROM unnest(ARRAY['2024-03-31', '2024-10-27', '2024-11-03', '2024-12-31', '2025-01-01', '2024-02-29', '2024-03-01', '2024-01-01', '2010-11-07', '1916-10-01', '2018-02-18', '2018-11-04']) day,
         generate_series(day::timestamptz - interval '1 day', day::timestamptz + interval '2 days', interval '15 minutes') s,
         unnest(ARRAY[s, s - interval '1 microsecond', s + interval '30 seconds']) t;
  INSERT INTO e (at, ts, d) VALUES (NULL, NULL, NULL), ('infinity', 'infinity', 'infinity'), ('-infinity', '-infinity', '-infinity'),
    ('2024-03-31 10:00 BC', '2024-03-31 10:00 BC', '2024-03-31 BC');`;

const MORE_ZONES = ['America/New_York', 'UTC', 'America/Havana', 'America/Sao_Paulo', 'Asia/Kolkata'];

/** Dates and times, asked in several zones. */
export const DATES: CaseData = {
  name: 'dates',
  schema: SCHEMA,
  states: { 'midnights and changes of clocks': EDGES },
  // One that changes its clock at night, and one that does so right after midnight.
  zones: ['Europe/Berlin', 'America/St_Johns', ...(THOROUGH ? MORE_ZONES : [])],
};
