import type { Problem } from './problem.ts';

/** The problem as an item of a task file. */
export function itemOf({ name, query, params = [], asWritten, fields = [] }: Problem): string {
  const statement = asWritten?.query ?? query;
  const sets = asWritten?.params ?? params.map((set) => JSON.stringify(set));
  const lines = [
    `- [ ] 1.1 Speed up ${name.replaceAll('-', ' ')}`,
    '  - **Query**:',
    '    ```sql',
    ...statement.split('\n').map((line) => `    ${line}`),
    '    ```',
    ...(sets.length === 0 ? [] : [`  - **Params**: ${sets.map((set) => `\`${set}\``).join(', ')}`]),
    ...fields.map((field) => `  - ${field}`),
  ];
  return `${lines.join('\n')}\n`;
}
