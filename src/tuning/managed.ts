import type { ManagedService } from './profile.ts';
import type { SettingFacts } from './setting.ts';

/** Why a service does not let the setting be changed; null where it does, or where there is no service. */
export function barredBy(service: ManagedService | null, facts: SettingFacts): string | null {
  if (service === null) return null;
  if (facts.context === 'internal') return 'nobody can set it';
  return null;
}
