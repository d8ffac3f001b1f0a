import type { Node } from '@pgsql/types';
import type { Classified, StatementClass } from './class.ts';
import { unknown } from './class.ts';

/**
 * The class of the statements that this version does not look into; it orders and explains, the verdict is the same.
 * A node that is not here is opaque.
 */
const CLASSES: readonly (readonly [StatementClass, RegExp])[] = [
  ['destructive', /^(Drop\w*|Truncate|Delete|Merge|Rename|AlterObjectSchema)$/],
  [
    'privilege',
    /^(Grant\w*|AlterRole\w*|CreateRole|AlterOwner|AlterDefaultPrivileges|ReassignOwned|AlterSystem|AlterDatabase\w*|CreatePolicy|AlterPolicy|CreateExtension|SecLabel)$/,
  ],
  ['rewrite', /^(Cluster|Vacuum|Reindex|Lock|AlterTable|RefreshMatView)$/],
  ['data', /^(Insert|Update|Copy)$/],
  ['additive', /^(Create|CreateTableAs|CreateSchema|CreateSeq|CreateEnum|View|Comment|CompositeType)$/],
  ['session', /^(VariableSet|VariableShow|Constraints)$/],
];

export function rest(tree: Node): Classified {
  const statement = (Object.keys(tree)[0] ?? '').replace(/Stmt$/, '');
  const className = CLASSES.find(([, pattern]) => pattern.test(statement))?.[0] ?? 'opaque';
  return unknown(className, `${inWords(statement)} needs an approval`);
}

/** `AlterTable` as people write it: `ALTER TABLE`. */
function inWords(statement: string): string {
  return statement
    .replace(/^Variable/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
}
