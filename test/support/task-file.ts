/** An item with a statement, as people write it. */
export function queryItem(id: string, query: string, ...fields: readonly string[]): string {
  return [
    `- [ ] ${id} Speed up ${id}`,
    `  - **Query**: \`${query}\``,
    ...fields.map((field) => `  - ${field}`),
    '',
  ].join('\n');
}

export function taskFile(...items: readonly string[]): string {
  return `# Tasks\n\n## Database\n\n${items.join('\n')}`;
}

export const TASK_FILE = 'tasks/tasks-0001-database-performance.md';
