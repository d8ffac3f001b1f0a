import { createHash } from 'node:crypto';
import { inputFields } from './input.ts';
import type { Item } from './item.ts';

/**
 * SHA-256 (hex) of what an item asks for: title, inputs, `sql` blocks. Not of its marker, of what pitstop writes, or of
 * notes: those may change while an item is worked on; where the rest changes, the result no longer answers it.
 */
export function fingerprint(item: Item): string {
  return createHash('sha256')
    .update(JSON.stringify([item.title, inputFields(item)]))
    .digest('hex');
}
