import type { SettingFacts } from './setting.ts';

/** What the rules have to know of the server that they are for. */
export interface TuningServer {
  /** As `server_version_num` has it: 180004. */
  readonly versionNumber: number;
  /** By name: what the server says of itself, or what a fresh PostgreSQL 18 has. */
  readonly settings: ReadonlyMap<string, SettingFacts>;
  /** Whether statements can be compiled here; null where nobody could be asked. */
  readonly jitAvailable: boolean | null;
  /** Libraries that are there to be preloaded, as far as they are extensions; null where nobody could be asked. */
  readonly libraries: readonly string[] | null;
  /** What it writes to its log, by the mean since it began to count; null for less than an hour, or where nobody was asked. */
  readonly logBytesPerSecond: number | null;
  /** Whether standbys follow it, whose own settings must not be less. */
  readonly standbys: number;
  /**
   * Clients that are connected, of all databases, ours left out; null where nobody could be asked. The server keeps no
   * record of the most that ever were.
   */
  readonly connected: number | null;
  /** Whether settings may be missing above because the role may not see them. */
  readonly hidesSettings: boolean;
  /** Whether no server was asked: the settings are those of a fresh PostgreSQL 18. */
  readonly offline: boolean;
}

/** `18`. */
export function majorOf({ versionNumber }: Pick<TuningServer, 'versionNumber'>): number {
  return Math.floor(versionNumber / 10_000);
}
