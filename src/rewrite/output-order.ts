import type { Node } from '@pgsql/types';
import { columnRef } from './nodes.ts';
import type { Query, Statement } from './statement.ts';

/** ORDER BY as it can stand behind a UNION: names of output columns alone. Null where it sorts by something else. */
export function outputOrder(sortClause: readonly Node[], query: Query, statement: Statement): Node[] | null {
  const sorted = sortClause.map((node) => {
    if (!('SortBy' in node) || node.SortBy.node === undefined || node.SortBy.useOp !== undefined) return null;
    const name = outputNameOf(node.SortBy.node, query, statement);
    return name === null ? null : { SortBy: { ...node.SortBy, node: name } };
  });
  return sorted.includes(null) ? null : sorted.flatMap((node) => node ?? []);
}

function outputNameOf(key: Node, query: Query, statement: Statement): Node | null {
  if ('A_Const' in key) return key.A_Const.ival === undefined ? null : key;
  const lead = statement.leads.get(key);
  const outputs = (query.select.targetList ?? []).flatMap((node) => {
    if (!('ResTarget' in node) || node.ResTarget.val === undefined) return [];
    const found = statement.leads.get(node.ResTarget.val);
    return [
      {
        name: node.ResTarget.name ?? found?.column.name ?? null,
        lead: found,
        star: found === undefined && node.ResTarget.name === undefined,
      },
    ];
  });
  // A star, or an expression without a name, may have any name.
  if (outputs.some(({ star }) => star) || !('ColumnRef' in key)) return null;
  const named = lead === undefined ? wordOf(key) : null;
  const matching = outputs.filter((output) =>
    lead === undefined
      ? output.name === named
      : output.lead?.entry === lead.entry && output.lead.column === lead.column,
  );
  const [name] = matching.map((output) => output.name);
  if (name == null || outputs.filter((output) => output.name === name).length !== 1) return null;
  return columnRef(name);
}

/** A reference of one word. */
export function wordOf(key: Node): string | null {
  const [only, more] = 'ColumnRef' in key ? (key.ColumnRef.fields ?? []) : [];
  return only !== undefined && more === undefined && 'String' in only ? (only.String.sval ?? null) : null;
}
