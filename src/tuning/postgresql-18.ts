import { createRequire } from 'node:module';
import type { TuningServer } from './server.ts';
import type { SettingFacts } from './setting.ts';

/** What the file holds of a setting: all that does not depend on who has configured it. */
type FreshSetting = Omit<SettingFacts, 'value' | 'source' | 'pendingRestart'>;

// An import of JSON is experimental in Node 20, and says so on the terminal.
const fresh = createRequire(import.meta.url)('./postgresql-18.json') as {
  readonly versionNumber: number;
  readonly settings: readonly FreshSetting[];
};

/**
 * A PostgreSQL 18 that nobody has configured, for when there is no server to ask. How the real one was built cannot be
 * known: of words that depend on it these are the ones that every build takes (no lz4, zstd or io_uring), and whether
 * there is JIT and which libraries there are is not known.
 */
export const POSTGRESQL_18: TuningServer = {
  versionNumber: fresh.versionNumber,
  settings: new Map(
    fresh.settings.map((setting) => [
      setting.name,
      { ...setting, value: setting.boot, source: 'default', pendingRestart: false },
    ]),
  ),
  jitAvailable: null,
  libraries: null,
  logBytesPerSecond: null,
  standbys: 0,
  connected: null,
  hidesSettings: false,
  offline: true,
};
