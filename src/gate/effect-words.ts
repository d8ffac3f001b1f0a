import { formatBytes, formatCount } from '../report/format.ts';
import type { Dependent } from './object-facts.ts';

/** How many objects a line names; of more it says how many. */
const NAMED = 100;

/**
 * `2 views and 1 foreign key: report.newest, report.recent, orders_customer_id_fkey on shop.orders`; null for nothing.
 * The commonest kinds come first.
 */
export function listOf(dependents: readonly Dependent[]): string | null {
  if (dependents.length === 0) return null;
  const kinds = new Map<string, Dependent[]>();
  for (const dependent of dependents) {
    const kind = dependent.foreignKey ? 'foreign key' : kindOf(dependent.type);
    kinds.set(kind, [...(kinds.get(kind) ?? []), dependent]);
  }
  const ordered = [...kinds].toSorted(([, a], [, b]) => b.length - a.length);
  const counts = ordered.map(
    ([kind, { length }]) => `${formatCount(length)} ${length === 1 ? kind : plural(kind)}`,
  );
  const names = ordered.flatMap(([, members]) => members.map(describe));
  const more = names.length > NAMED ? ` and ${formatCount(names.length - NAMED)} more` : '';
  return `${enumerate(counts)}: ${names.slice(0, NAMED).join(', ')}${more}`;
}

/** The server's word for people: the table goes without saying where its column or constraint is named. */
export function kindOf(type: string): string {
  return type.replace(/^(?:foreign )?(?:table|view|materialized view) (?=column$|constraint$)/, '');
}

/** What holds rows, with how many. */
function describe({ identity, rows, sizeBytes }: Dependent): string {
  const facts = [
    ...(rows === null ? [] : [`about ${formatCount(rows)} ${Math.round(rows) === 1 ? 'row' : 'rows'}`]),
    ...(sizeBytes === null || sizeBytes === 0 ? [] : [formatBytes(sizeBytes)]),
  ];
  const name = identity.replaceAll('pg_catalog.', '');
  return facts.length === 0 ? name : `${name} (${facts.join(', ')})`;
}

function plural(kind: string): string {
  if (/[^aeiou]y$/.test(kind)) return `${kind.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/.test(kind) ? `${kind}es` : `${kind}s`;
}

function enumerate(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
