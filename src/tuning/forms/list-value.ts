/**
 * Settings that are lists of names. `ALTER SYSTEM` takes the names one by one: one literal with all of them would be one
 * name with a comma in it.
 */
const LISTS: ReadonlySet<string> = new Set([
  'shared_preload_libraries',
  'session_preload_libraries',
  'local_preload_libraries',
  'search_path',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/** The names in the value of a list, without their quotes; null where the setting is no list. */
export function namesInList(setting: string, value: string): readonly string[] | null {
  if (!LISTS.has(setting)) return null;
  return [...value.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^",]+))\s*(?:,|$)/g)]
    .map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? (bare ?? '').trim())
    .filter((name) => name !== '');
}
