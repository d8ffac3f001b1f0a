import type { Node } from '@pgsql/types';
import { deparseSync } from 'pgsql-deparser';

/** A node that the deparser does not know. What it prints wrongly shows when the text is parsed. */
export class NotPrintable extends Error {
  override readonly name = 'NotPrintable';
}

/** A tree's text. @throws NotPrintable */
export function print(node: Node, { pretty }: { readonly pretty: boolean }): string {
  try {
    return deparseSync(node, { pretty });
  } catch (cause) {
    throw new NotPrintable('the tree has a node that cannot be printed', { cause });
  }
}
