import type { Session } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';

/** Rows of a sample. */
const MOST_ROWS = 12_000;
/** Of a sample, with what is stored out of line. */
const MOST_BYTES = 64 * 1024 ** 2;

/** The table that a scratch table stands for. */
export interface Source {
  readonly schema: string;
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number;
  readonly unlogged: boolean;
  readonly logged: boolean;
  readonly fillfactor: number;
  readonly columns: readonly SourceColumn[];
}

interface SourceColumn {
  readonly name: string;
  readonly computed: boolean;
  /** Part of a unique or exclusion index, or of an index that a statement may not change values of. */
  readonly key: boolean;
  readonly indexed: boolean;
}

/** The table itself, or the largest leaf of a partitioned one; null for anything else. */
export async function readSource(
  session: Session,
  table: { readonly schema: string; readonly name: string },
): Promise<Source | null> {
  const [source] = await session.query<Source>(SOURCE, [quoteQualified(table)]);
  return source ?? null;
}

const SOURCE = `
  SELECT n.nspname::text AS schema, c.relname::text AS name,
         nullif(c.reltuples, -1)::float8 AS rows,
         pg_table_size(c.oid)::float8 AS bytes,
         c.relpersistence = 'u' AS unlogged,
         c.relpersistence <> 'u' AND current_setting('wal_level') <> 'minimal' AS logged,
         coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 100) AS fillfactor,
         (SELECT json_agg(json_build_object(
                   'name', a.attname,
                   'computed', a.attgenerated <> '',
                   'key', EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey) AND (i.indisunique OR i.indisexclusion)),
                   'indexed', EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)))
                 ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND c.relpersistence <> 't'
     AND (c.oid = to_regclass($1) OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass($1)) WHERE isleaf))
   ORDER BY pg_table_size(c.oid) DESC
   LIMIT 1`;

/**
 * A `FROM` with its `LIMIT`: whole pages here and there, about as many as are needed, so that rows that were written
 * together stay together.
 */
export function sampleOf(source: Source): string {
  const share = (mostRowsOf(source) / estimatedRows(source)) * 100;
  const sampling =
    share > 50 ? '' : `TABLESAMPLE SYSTEM (${Math.max(share, 1e-6).toFixed(6)}) REPEATABLE (18)`;
  return `FROM ONLY ${quoteQualified(source)} ${sampling} LIMIT ${mostRowsOf(source)}`;
}

function mostRowsOf(source: Source): number {
  const rowBytes = Math.max(1, source.bytes / estimatedRows(source));
  return Math.min(MOST_ROWS, Math.max(1, Math.floor(MOST_BYTES / rowBytes)));
}

/** A table that was never analysed may have rows of any width; a hundred bytes are usual. */
function estimatedRows({ rows, bytes }: Source): number {
  return Math.max(1, rows ?? bytes / 100);
}
