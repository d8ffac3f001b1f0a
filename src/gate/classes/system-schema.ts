import type { RangeVar } from '@pgsql/types';
import { as, type Classified } from './class.ts';

/** Whether a schema is the server's own. */
function isSystemSchema(schema: string): boolean {
  return /^pg_(catalog|toast)/.test(schema) || schema === 'information_schema';
}

/** What it means to create or change something in a schema. */
export function ownSchema(schema: string | undefined): Classified[] {
  return schema !== undefined && isSystemSchema(schema)
    ? [as('opaque', `${schema} is a schema of the server's own`)]
    : [];
}

/** Whether a relation is, or without a schema may be, one of the catalog. */
export function isOfCatalog(relation: RangeVar | undefined): boolean {
  if (relation?.schemaname === undefined) return (relation?.relname ?? '').startsWith('pg_');
  return isSystemSchema(relation.schemaname);
}
