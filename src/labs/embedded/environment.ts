/** What initdb and postgres see: none of the user's `PG*`, locale or loader variables, so that every start is alike. */
export function environment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
