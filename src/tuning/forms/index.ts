import { PitstopError } from '../../errors.ts';
import { conf } from './conf.ts';
import type { TuningForm } from './form.ts';

/** Every form that settings can be written in. A new one is one new file and its name here. */
export const TUNING_FORMS: readonly TuningForm[] = [conf];

/** @throws PitstopError `usage` for a name that no form has */
export function tuningFormNamed(name: string): TuningForm {
  const found = TUNING_FORMS.find((form) => form.name === name);
  if (found !== undefined) return found;
  throw new PitstopError('usage', `no form of settings is called ${name}`, {
    candidates: TUNING_FORMS.map((form) => form.name),
  });
}
