import type { Node } from '@pgsql/types';
import type { Classified, ClassRule } from './class.ts';
import { createIndex } from './create-index.ts';
import { read } from './read.ts';
import { refused } from './refused.ts';
import { rest } from './rest.ts';
import { statistics } from './statistics.ts';

/** The first rule that recognises a statement classifies it. */
const RULES: readonly ClassRule[] = [refused, read, createIndex, statistics];

export function classify(tree: Node): Classified {
  for (const rule of RULES) {
    const classified = rule(tree);
    if (classified !== null) return classified;
  }
  return rest(tree);
}
