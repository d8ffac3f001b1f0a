import type { Configuration } from './configuration.ts';

/** A setting that a trial gives another value than was proposed, and why. */
export interface Adaptation {
  readonly name: string;
  readonly proposed: string;
  /** Null where it was not tried at all. */
  readonly tried: string | null;
  readonly why: string;
}

const PLACE = 'it belongs to the machine that the server is for';
const LOG = 'the trial reads the server’s log';
const CODE = 'it would run code of somebody else’s here';
const ALONE = 'nobody fetches the log of a server that is only tried';
const DURABLE = 'nothing on the server of a trial has to survive a crash';

/**
 * What a server of a trial has on its command line, whatever the file says. The file keeps its line: the server still
 * refuses a value that is none.
 */
export type Overrides = Readonly<Record<string, { readonly tried: string; readonly why: string }>>;

export const TRIAL: Overrides = {
  ssl: { tried: 'off', why: PLACE },
  logging_collector: { tried: 'off', why: LOG },
  log_destination: { tried: 'stderr', why: LOG },
  log_line_prefix: { tried: '%m [%p] ', why: LOG },
  log_min_messages: { tried: 'warning', why: LOG },
  log_min_error_statement: { tried: 'panic', why: LOG },
  lc_messages: { tried: 'C', why: LOG },
  archive_mode: { tried: 'off', why: ALONE },
  session_preload_libraries: { tried: '', why: CODE },
  local_preload_libraries: { tried: '', why: CODE },
  fsync: { tried: 'off', why: DURABLE },
};

const ALIKE = 'servers that are compared have to be alike in it';

/**
 * Servers that are compared. Whole pages go into their log as on any other, or the log would be that of nobody; commits
 * wait for the log to be written, or what a page holds would depend on when it was; and nobody works beside the workload.
 */
export const MEASURED: Overrides = {
  ...TRIAL,
  full_page_writes: { tried: 'on', why: ALIKE },
  synchronous_commit: { tried: 'on', why: ALIKE },
  autovacuum: { tried: 'off', why: 'it would work on one server while the other is measured' },
};

/** What is taken out of the file: the server would look for files of another machine, or load what it finds there. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  port: PLACE,
  listen_addresses: PLACE,
  unix_socket_directories: PLACE,
  unix_socket_group: PLACE,
  data_directory: PLACE,
  config_file: PLACE,
  hba_file: PLACE,
  ident_file: PLACE,
  external_pid_file: PLACE,
  krb_server_keyfile: PLACE,
  primary_conninfo: PLACE,
  synchronous_standby_names: PLACE,
  dynamic_library_path: CODE,
  jit_provider: CODE,
  archive_command: CODE,
  archive_library: CODE,
  restore_command: CODE,
  archive_cleanup_command: CODE,
  recovery_end_command: CODE,
  ssl_passphrase_command: CODE,
  oauth_validator_libraries: CODE,
};

/** Names of libraries are looked up where the server's own are; a path may lead anywhere. */
const LIBRARIES = /^[\w, "]*$/;

export function commandLineOf(overrides: Overrides): Configuration {
  return Object.fromEntries(Object.entries(overrides).map(([name, { tried }]) => [name, tried]));
}

/** The file that is tried, and in what it differs from the one that is proposed. */
export function holdBack(
  proposed: Configuration,
  overrides: Overrides,
): {
  readonly configuration: Configuration;
  readonly adapted: readonly Adaptation[];
} {
  const leftOut = Object.entries(proposed).flatMap(([name, value]) => {
    const why = whyLeftOut(name.toLowerCase(), value);
    return why === null ? [] : [{ name, proposed: value, tried: null, why }];
  });
  const overridden = Object.entries(proposed).flatMap(([name, value]) => {
    const instead = overrides[name.toLowerCase()];
    return instead === undefined || instead.tried === value ? [] : [{ name, proposed: value, ...instead }];
  });
  const gone = new Set(leftOut.map(({ name }) => name));
  return {
    configuration: Object.fromEntries(Object.entries(proposed).filter(([name]) => !gone.has(name))),
    adapted: [...leftOut, ...overridden],
  };
}

function whyLeftOut(name: string, value: string): string | null {
  if (name === 'shared_preload_libraries' && !LIBRARIES.test(value)) return CODE;
  return LEFT_OUT[name] ?? null;
}
