import type { Node } from '@pgsql/types';
import { wrapperOf } from '../../sql/walk.ts';
import { alterOther } from './alter-other.ts';
import { alterTable } from './alter-table.ts';
import { always } from './always.ts';
import type { Classified, Place, Rules } from './class.ts';
import { createIndex } from './create-index.ts';
import { createOther } from './create-other.ts';
import { createTable } from './create-table.ts';
import { maintenance } from './maintenance.ts';
import { read } from './read.ts';
import { routine } from './routine.ts';
import { session } from './session.ts';
import { write } from './write.ts';

/** Each statement has one rule. What has none here is decided by its name alone, in `always.ts`. */
const RULES: Rules = {
  ...read,
  ...session,
  ...maintenance,
  ...createIndex,
  ...createTable,
  ...createOther,
  ...routine,
  ...alterTable,
  ...alterOther,
  ...write,
};

export function classify(tree: Node, place: Place): Classified {
  const wrapped = wrapperOf(tree);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a rule is listed under the tag of its fields
  const rule = RULES[(wrapped?.tag ?? '') as keyof Rules] as
    | ((fields: unknown, at: Place) => Classified)
    | undefined;
  return rule === undefined ? always(tree, place) : rule(wrapped?.fields, place);
}
