import { readStartSettings } from '../../pg/catalog/settings.ts';
import type { Check, Finding } from '../check.ts';
import { ok, warning } from '../check.ts';

/** What a setting of the server is good for, as the session begins with it. */
interface WatchedSetting {
  readonly id: string;
  readonly setting: string;
  readonly judge: (value: string) => Finding;
}

const WATCHED: readonly WatchedSetting[] = [
  {
    id: 'string-literals',
    setting: 'standard_conforming_strings',
    judge: (value) =>
      value === 'on'
        ? ok('backslashes in strings are plain: the server reads a statement as the gate does')
        : warning(
            'backslashes escape in strings: another program reads a statement otherwise than the gate; pitstop turns that off for its own sessions',
            'Set standard_conforming_strings = on.',
          ),
  },
  {
    id: 'replication-role',
    setting: 'session_replication_role',
    judge: (value) =>
      value === 'origin'
        ? ok('triggers and foreign keys are in force')
        : warning(
            `session_replication_role is ${value}: ordinary triggers and foreign keys do not run`,
            'Reset session_replication_role for role and database.',
          ),
  },
  {
    id: 'io-timing',
    setting: 'track_io_timing',
    judge: (value) =>
      value === 'on'
        ? ok('track_io_timing is on: plans say how long reading took')
        : warning(
            'track_io_timing is off: plans do not say how long reading took',
            'Set track_io_timing = on.',
          ),
  },
  {
    id: 'idle-in-transaction',
    setting: 'idle_in_transaction_session_timeout',
    judge: (value) =>
      value === '0'
        ? warning(
            'idle_in_transaction_session_timeout is off: a forgotten session holds its locks for ever, and builds wait for it',
            "Set idle_in_transaction_session_timeout, such as '5min'.",
          )
        : ok(`a session that idles in a transaction is ended after ${value} ms`),
  },
  {
    id: 'lock-timeout',
    setting: 'lock_timeout',
    judge: (value) =>
      ok(
        value === '0'
          ? 'lock_timeout is off; pitstop sets its own for short strong locks'
          : `lock_timeout is ${value} ms; pitstop sets its own, and none for concurrent builds`,
      ),
  },
  {
    id: 'connection-check',
    setting: 'client_connection_check_interval',
    judge: (value) =>
      value === '0'
        ? warning(
            'client_connection_check_interval is off: a statement goes on after its client has died',
            "Set client_connection_check_interval, such as '10s'.",
          )
        : ok(`the server looks every ${value} ms whether the client of a statement lives`),
  },
];

export const settingChecks: readonly Check[] = WATCHED.map(({ id, setting, judge }) => ({
  id,
  needs: 'database',
  look: async ({ session }) => {
    const value = (await readStartSettings(session, [setting])).get(setting);
    return value === undefined
      ? { state: 'unknown', message: `${setting} cannot be read`, fix: null }
      : judge(value);
  },
}));
