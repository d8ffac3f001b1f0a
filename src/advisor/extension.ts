import type { ServerTraits } from '../facts.ts';
import { createExtensionStep, type SqlStep } from '../change.ts';

/** Where an extension that is not there yet is put. */
const HOME = 'public';

/** The schema where an extension is, or where it would be; null where it cannot be had without a superuser. */
export function extensionSchema({ extensions, mayCreate }: ServerTraits, name: string): string | null {
  const extension = extensions.find((known) => known.name === name);
  if (extension === undefined) return null;
  return extension.schema ?? (extension.trusted && mayCreate ? HOME : null);
}

/** What brings an extension, where it is not there yet. */
export function extensionSteps({ extensions }: ServerTraits, name: string | null): SqlStep[] {
  if (name === null || extensions.some((known) => known.name === name && known.schema !== null)) return [];
  return [createExtensionStep(name, HOME)];
}
