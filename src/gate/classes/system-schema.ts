/** Whether a schema is the server's own. */
export function isSystemSchema(schema: string | undefined): boolean {
  return schema !== undefined && (/^pg_(catalog|toast|temp)/.test(schema) || schema === 'information_schema');
}
