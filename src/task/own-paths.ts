/**
 * Paths that pitstop itself writes to a File field: the usual folders, and the names of migration files wherever the
 * folder is (a time first, Flyway's version, our own endings).
 */
const OWN_PATHS = [
  /^(?:\.?\/)?(?:docs\/performance|drizzle)\//,
  /(?:^|\/)migrations\//,
  /\.(?:up|down)\.sql$/,
  /(?:^|\/)\d{10,17}_[^/]+(?:\/migration)?\.(?:sql|js)$/,
  /(?:^|\/)[VU]\d[\d._]*__[^/]+\.sql$/,
];

/** Whether a path is one that pitstop writes to, and so never an item's input. */
export function isOwnPath(path: string): boolean {
  return OWN_PATHS.some((pattern) => pattern.test(path));
}
