/**
 * A task file of so many items, a hundred bytes and more each. `seed` is in every line that matters, so that no two
 * files share anything that a parser could remember.
 */
export function bigTaskFile(shape: 'nested' | 'flat', items: number, seed: number): string {
  const lines = ['# Database performance', ''];
  for (let number = 1; number <= items; number += 1) {
    if (shape === 'flat') {
      lines.push(...itemLines('', `${number}`, seed));
      continue;
    }
    const [category, place] = [Math.ceil(number / 10), (number - 1) % 10];
    if (place === 0 && category % 10 === 1) lines.push('', `## Area ${category}, ${seed}`, '');
    if (place === 0) lines.push(`- [ ] ${category}.0 Category ${category} of ${seed}`);
    else lines.push(...itemLines('  ', `${category}.${place}`, seed));
  }
  return `${lines.join('\n')}\n`;
}

function itemLines(indent: string, id: string, seed: number): string[] {
  return [
    `${indent}- [ ] ${id} Speed up the list of order ${id}, ${seed}`,
    `${indent}  - **Query**: \`SELECT * FROM orders WHERE customer_id = ${seed} AND status = $1\``,
    `${indent}  - **Target**: < 50 ms`,
  ];
}
