import type { FunctionName } from './probe.ts';

/**
 * Functions of pg_catalog that read nothing but their arguments, the clock, the session or the catalog and change
 * nothing, reviewed against the `pg_proc` of PostgreSQL 18.4. What is not here is unknown, however harmless.
 */
const SCALAR = names(`
  abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot cotd degrees
  div erf erfc exp factorial floor gamma gcd lcm lgamma ln log log10 min_scale mod pi pow power radians random
  random_normal round scale sign sin sind sinh sqrt tan tand tanh trim_scale trunc width_bucket

  ascii bit_count bit_length btrim casefold char_length character_length chr concat concat_ws convert convert_from
  convert_to crc32 crc32c decode encode format get_bit get_byte initcap is_normalized left length like like_escape
  lower lpad ltrim md5 normalize notlike octet_length overlay parse_ident position quote_ident quote_literal
  quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_replace regexp_split_to_array regexp_substr
  repeat replace reverse right rpad rtrim set_bit set_byte sha224 sha256 sha384 sha512 similar_escape
  similar_to_escape split_part starts_with string_to_array strpos substr substring text to_ascii to_hex to_oct
  translate unistr upper unicode_assigned

  age clock_timestamp date date_add date_bin date_part date_subtract date_trunc extract isfinite justify_days
  justify_hours justify_interval make_date make_interval make_time make_timestamp make_timestamptz now overlaps
  statement_timestamp timeofday timezone to_char to_date to_number to_timestamp transaction_timestamp

  array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions
  array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort array_to_string
  array_upper cardinality trim_array

  array_to_json json_array_length json_build_array json_build_object json_extract_path json_extract_path_text
  json_object json_strip_nulls json_typeof jsonb_array_length jsonb_build_array jsonb_build_object jsonb_concat
  jsonb_contains jsonb_exists jsonb_exists_all jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_insert
  jsonb_object jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query_array
  jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz jsonb_pretty jsonb_set jsonb_set_lax
  jsonb_strip_nulls jsonb_typeof row_to_json to_json to_jsonb

  datemultirange daterange int4multirange int4range int8multirange int8range isempty lower_inc lower_inf multirange
  nummultirange numrange range_merge tsmultirange tsrange tstzmultirange tstzrange upper_inc upper_inf

  array_to_tsvector numnode phraseto_tsquery plainto_tsquery setweight strip to_tsquery to_tsvector ts_delete
  ts_filter ts_headline ts_rank ts_rank_cd tsvector_to_array websearch_to_tsquery

  abbrev broadcast family host hostmask inet_merge inet_same_family masklen netmask network set_masklen

  enum_first enum_last enum_range gen_random_uuid num_nonnulls num_nulls uuid_extract_timestamp uuid_extract_version
  uuidv4 uuidv7

  col_description current_catalog current_database current_schema current_schemas current_setting current_user
  format_type obj_description pg_backend_pid pg_column_size pg_database_size pg_get_constraintdef pg_get_expr
  pg_get_functiondef pg_get_indexdef pg_get_viewdef pg_indexes_size pg_is_in_recovery pg_postmaster_start_time
  pg_relation_filenode pg_relation_size pg_size_bytes pg_size_pretty pg_table_is_visible pg_table_size
  pg_total_relation_size pg_typeof session_user to_regclass to_regtype txid_current_if_assigned version
`);

const AGGREGATES = names(`
  any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every json_agg
  json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont percentile_disc range_agg
  range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
  stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance
`);

const WINDOW = names(`
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
`);

const SET_RETURNING = names(`
  generate_series generate_subscripts json_array_elements json_array_elements_text json_each json_each_text
  json_object_keys json_populate_record json_populate_recordset json_to_record json_to_recordset jsonb_array_elements
  jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys jsonb_path_query jsonb_path_query_tz
  jsonb_populate_record jsonb_populate_recordset jsonb_to_record jsonb_to_recordset regexp_matches
  regexp_split_to_table string_to_table unnest
`);

/** Whether a call can only mean a harmless function of pg_catalog, as far as a name can tell. */
export function isPure({ schema, name }: FunctionName): boolean {
  if (schema !== null && schema !== 'pg_catalog') return false;
  return [SCALAR, AGGREGATES, WINDOW, SET_RETURNING].some((known) => known.has(name));
}

/** Whether a call may give several rows for one; an unknown function may. */
export function maySetReturn(called: FunctionName): boolean {
  return !isPure(called) || SET_RETURNING.has(called.name);
}

function names(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
