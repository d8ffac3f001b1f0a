import { PitstopError } from '../../errors.ts';
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

/** @throws PitstopError `usage` for a name that no form has */
export function tuningFormNamed(name: string): TuningForm {
  const found = TUNING_FORMS.find((form) => form.name === name);
  if (found !== undefined) return found;
  throw new PitstopError('usage', `no form of settings is called ${name}`, {
    candidates: TUNING_FORMS.map((form) => form.name),
  });
}
