import { confValue } from '../forms/conf.ts';

/** Settings of a server by name, values as `postgresql.conf` takes them, without quotes: `{ work_mem: '64MB' }`. */
export type Configuration = Readonly<Record<string, string>>;

/** What the server's own reader of files takes for a name (`guc-file.l`); anything else could be more than one line. */
const NAME = /^[a-z_][\w$]*(?:\.[a-z_][\w$]*)*$/i;

/** What the reader takes for an order to read another file. */
const INCLUDES = /^include(?:_dir|_if_exists)?$/i;

export function isSettingName(name: string): boolean {
  return NAME.test(name) && !INCLUDES.test(name);
}

/** A configuration file, one setting a line in the order of the configuration: what the server says of line 3 is of the third. */
export function configurationText(configuration: Configuration): string {
  return Object.entries(configuration)
    .map(([name, value]) => `${name} = ${confValue(value)}\n`)
    .join('');
}
