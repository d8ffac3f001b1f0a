import { azure } from './azure.ts';
import { cloudSql } from './cloud-sql.ts';
import type { Instance, InstanceNames } from './instance.ts';
import { digitalOcean, neon, supabase } from './others.ts';
import { rds } from './rds.ts';

/** Every way of naming managed instances. A new one is one new file and its name here. */
const INSTANCE_NAMES: readonly InstanceNames[] = [rds, digitalOcean, cloudSql, azure, supabase, neon];

/** The name that begins there in a text, and what it stands for or what is wrong with it; null where none does. */
export function instanceAt(
  text: string,
  position: number,
): { readonly text: string; readonly instance: Instance | string } | null {
  for (const { pattern, read } of INSTANCE_NAMES) {
    const sticky = new RegExp(pattern);
    sticky.lastIndex = position;
    const match = sticky.exec(text);
    if (match !== null) return { text: match[0], instance: read(match) };
  }
  return null;
}
