/** One number of the benchmark. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: '' | '%' | 'ms';
  /** The most that it should be; null where it only explains another one. */
  readonly goal: number | null;
  /** How the number came about, with its spread. */
  readonly note: string;
}

export function isMissed({ value, goal }: Row): boolean {
  // A value that is no number is no goal reached.
  return goal !== null && !(value <= goal);
}

export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    withUnit(row.value, row),
    row.goal === null ? '' : `≤ ${withUnit(row.goal, row)}`,
    row.goal === null ? '' : isMissed(row) ? 'missed' : 'ok',
    row.note,
  ]);
  const all = [['', 'measured', 'goal', '', ''], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((line) => (line[column] ?? '').length)));
  return all
    .map((line) =>
      line
        .map((cell, column) =>
          column === 1 || column === 2
            ? cell.padStart(widths[column] ?? 0)
            : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function withUnit(value: number, { unit }: Row): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))}${unit === '' ? '' : ` ${unit}`}`;
}
