import { PitstopError } from '../../errors.ts';
import { SERVICE_SIGNS } from '../hardware/service-signs.ts';
import { SERVICES } from '../managed.ts';
import type { ManagedService } from '../profile.ts';
import { alterSystem } from './alter-system.ts';
import { cloudnativepg } from './cloudnativepg.ts';
import { compose } from './compose.ts';
import { conf } from './conf.ts';
import { docker } from './docker.ts';
import type { TuningForm } from './form.ts';
import { rds } from './rds.ts';
import { terraform } from './terraform.ts';
import { typescript } from './typescript.ts';

/** Every form that settings can be written in. A new one is one new file and its name here. */
export const TUNING_FORMS: readonly TuningForm[] = [
  conf,
  alterSystem,
  docker,
  compose,
  cloudnativepg,
  rds,
  terraform,
  typescript,
];

/** Why a service does not take what is written in the form; null where it does, and for one's own server. */
export function refusedBy(managed: ManagedService | null, { label, takenBy }: TuningForm): string | null {
  if (managed === null || takenBy === 'anybody') return null;
  if (takenBy === 'amazon' && (managed === 'rds' || managed === 'aurora')) return null;
  return `${SERVICE_SIGNS[managed].title} does not take ${label}: settings are made by ${SERVICES[managed].by}`;
}

/** @throws PitstopError `usage` for a name that no form has */
export function tuningFormNamed(name: string): TuningForm {
  const found = TUNING_FORMS.find((form) => form.name === name);
  if (found !== undefined) return found;
  throw new PitstopError('usage', `no form of settings is called ${name}`, {
    candidates: TUNING_FORMS.map((form) => form.name),
  });
}
