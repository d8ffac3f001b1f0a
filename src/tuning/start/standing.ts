import { formatSetting } from '../format-setting.ts';
import { POSTGRESQL_18 } from '../postgresql-18.ts';
import type { TuningServer } from '../server.ts';
import type { SettingFacts } from '../setting.ts';
import { isOlder } from '../versions.ts';
import type { Configuration } from './configuration.ts';

/**
 * What a server of ours has to be told to be configured as the real one: what somebody has set, wherever (files, command
 * line, role, database), and what an older version has otherwise without anybody's doing.
 */
export function standingConfiguration(server: TuningServer): Configuration {
  const told = [...server.settings.values()].filter((facts) => isTold(facts, ownDefault(facts, server)));
  return Object.fromEntries(told.map((facts) => [facts.name, formatSetting(facts.value, facts)]));
}

function isTold({ source, context, value, boot }: SettingFacts, ours: string): boolean {
  if (context === 'internal' || NOT_SET.has(source) || value === ours) return false;
  return source !== 'default' || boot !== ours;
}

/** What our version has where nobody says anything, as far as it is the same sort of setting there. */
function ownDefault({ name, type, unit, boot }: SettingFacts, server: TuningServer): string {
  const ours = isOlder(server) ? POSTGRESQL_18.settings.get(name) : undefined;
  return ours?.type === type && ours.unit === unit ? ours.boot : boot;
}

/** By the start itself, or by our own session. */
const NOT_SET: ReadonlySet<string> = new Set(['override', 'client', 'session', 'environment variable']);
