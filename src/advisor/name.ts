/** Bytes of an identifier: PostgreSQL's NAMEDATALEN without its terminating zero. */
const MAX_BYTES = 63;

/**
 * The name that `CREATE INDEX ON table (columns)` would choose (ChooseIndexName): `orders_customer_id_idx`, at most
 * 63 bytes, with 1, 2, … appended while it is taken.
 * @param isTaken whether a relation of that name exists in the table's schema
 */
export function indexName(
  table: string,
  columns: readonly string[],
  isTaken: (name: string) => boolean,
): string {
  const addition = columnsPart(columns);
  for (let pass = 0; ; pass += 1) {
    const name = makeObjectName(table, addition, pass === 0 ? 'idx' : `idx${pass}`);
    if (!isTaken(name)) return name;
  }
}

/** ChooseIndexNameAddition: columns are added while there is room. */
function columnsPart(columns: readonly string[]): string {
  let part = '';
  for (const column of columns) {
    part = part === '' ? column : `${part}_${column}`;
    if (byteLength(part) > MAX_BYTES) break;
  }
  return part;
}

/** makeObjectName: shortens the longer of the two parts, byte by byte, then drops what is left of a cut character. */
function makeObjectName(table: string, columns: string, label: string): string {
  const available = MAX_BYTES - byteLength(label) - 2;
  let tableBytes = byteLength(table);
  let columnBytes = byteLength(columns);
  while (tableBytes + columnBytes > available) {
    if (tableBytes > columnBytes) tableBytes -= 1;
    else columnBytes -= 1;
  }
  return `${clip(table, tableBytes)}_${clip(columns, columnBytes)}_${label}`;
}

/** The longest beginning of whole characters that fits. */
function clip(text: string, bytes: number): string {
  let clipped = '';
  let used = 0;
  for (const character of text) {
    used += byteLength(character);
    if (used > bytes) break;
    clipped += character;
  }
  return clipped;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** As the server tells repeated keys apart (ChooseIndexColumnNames): `expr`, `expr1`, … */
export function keyLabels(labels: readonly string[]): string[] {
  const chosen: string[] = [];
  for (const label of labels) {
    let free = label;
    for (let more = 1; chosen.includes(free); more += 1) free = `${label}${more}`;
    chosen.push(free);
  }
  return chosen;
}
