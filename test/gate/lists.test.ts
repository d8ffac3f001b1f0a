import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, inject, test } from 'vitest';
import { TRUSTED_EXTENSIONS } from '../../src/gate/classes/trusted-extensions.ts';
import { isVolatile, PURE_FUNCTION_NAMES } from '../../src/sql/pure-functions.ts';
import { isPureOperator, isPureOperatorClass, isPureType } from '../../src/sql/pure-types.ts';
import { isForbidden, isUnsafe, unsafeFunctions } from '../../src/sql/unsafe-functions.ts';
import { administer } from '../support/database.ts';

const functionNamed = (name: string) => ({ schema: null, name });

describe('what counts as harmless, beside what the server has', () => {
  test('functions: each is there, and volatile only where that was reviewed', async () => {
    const rows = await administer(
      `SELECT proname AS name, bool_or(provolatile = 'v') AS volatile
         FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace GROUP BY 1`,
    );
    const volatility = new Map(rows.map((row) => [row['name'], row['volatile'] === true]));
    expect(PURE_FUNCTION_NAMES.filter((name) => !volatility.has(name))).toEqual([]);
    const reviewed = new Set(PURE_FUNCTION_NAMES.filter((name) => isVolatile(functionNamed(name))));
    const unexpected = PURE_FUNCTION_NAMES.filter(
      (name) => volatility.get(name) === true && !reviewed.has(name) && !SETS_REVIEWED.has(name),
    );
    expect(unexpected).toEqual([]);
  });

  test('no function counts as harmless and as unsafe', () => {
    expect(PURE_FUNCTION_NAMES.filter((name) => isForbidden(functionNamed(name)))).toEqual([]);
    expect(unsafeFunctions(PURE_FUNCTION_NAMES.map(functionNamed))).toEqual([]);
  });

  test('each volatile function of the server is reviewed, or listed as unsafe', async () => {
    const rows = await administer(
      `SELECT DISTINCT proname AS name FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile = 'v' AND prokind = 'f'
          AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype, 'language_handler'::regtype,
                                 'index_am_handler'::regtype, 'table_am_handler'::regtype, 'fdw_handler'::regtype, 'tsm_handler'::regtype)
          AND NOT 'internal'::regtype = ANY (proargtypes::oid[])`,
    );
    const left = rows.map((row) => String(row['name'])).filter((name) => !PURE_FUNCTION_NAMES.includes(name));
    expect(left.filter((name) => !isUnsafe(functionNamed(name)))).toEqual([]);
  });

  test('types, operators and operator classes: each is there', async () => {
    const rows = await administer(
      `SELECT 'type' AS kind, typname AS name FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace
        UNION SELECT 'operator', oprname FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace
        UNION SELECT 'operator class', opcname FROM pg_opclass WHERE opcnamespace = 'pg_catalog'::regnamespace`,
    );
    const named = (kind: string) =>
      rows.filter((row) => row['kind'] === kind).map((row) => String(row['name']));
    expect(named('operator').filter((name) => !isPureOperator([name]))).toEqual([]);
    expect(named('operator class').filter((name) => !isPureOperatorClass([name]))).toEqual([]);
    expect(named('type').filter((name) => isPureType([name])).length).toBeGreaterThan(70);
  });

  test.skipIf(inject('serverKind') !== 'embedded')(
    'trusted extensions: those whose control files say so',
    async () => {
      const [row] = await administer(`SELECT setting FROM pg_config() WHERE name = 'SHAREDIR'`);
      const folder = `${String(row?.['setting'])}/extension`;
      const trusted: string[] = [];
      for (const file of await readdir(folder)) {
        if (!file.endsWith('.control')) continue;
        if (/^trusted\s*=\s*true/m.test(await readFile(`${folder}/${file}`, 'utf8')))
          trusted.push(file.slice(0, -'.control'.length));
      }
      expect([...TRUSTED_EXTENSIONS].toSorted()).toEqual(trusted.toSorted());
    },
  );
});

/** Volatile ones that return sets. */
const SETS_REVIEWED = new Set(
  `pg_available_wal_summaries pg_get_aios pg_get_backend_memory_contexts pg_get_loaded_modules
   pg_get_multixact_members pg_get_shmem_allocations pg_get_shmem_allocations_numa pg_get_wait_events
   pg_get_wal_resource_managers pg_lock_status pg_partition_ancestors pg_partition_tree pg_prepared_xact
   pg_show_replication_origin_status pg_stat_get_backend_io pg_stat_get_io pg_stat_get_recovery_prefetch
   pg_wal_summary_contents`.split(/\s+/),
);
