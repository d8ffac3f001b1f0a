/** The extensions whose control files in PostgreSQL 18's contrib say `trusted = true`. */
export const TRUSTED_EXTENSIONS: ReadonlySet<string> = new Set(
  `bool_plperl btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray isn jsonb_plperl lo ltree
   pg_trgm pgcrypto plperl plpgsql pltcl seg tablefunc tcn tsm_system_rows tsm_system_time unaccent
   uuid-ossp`.split(/\s+/),
);
