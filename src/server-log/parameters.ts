/** A parameter's value as text; undefined where the log has cut it off. */
export type LoggedValue = string | null | undefined;

const VALUE = /\$(\d+) = (?:NULL|'([^']*(?:''[^']*)*)')(?:, |$)/y;

/**
 * Reads `$1 = '4711', $2 = NULL, $3 = 'O''Brien'`, from `$1` on and without gaps; null for anything else. What ends with dots
 * may have been cut off there by `log_parameter_max_length`, which leaves no other sign.
 */
export function parametersOf(text: string): LoggedValue[] | null {
  const values: LoggedValue[] = [];
  VALUE.lastIndex = 0;
  while (VALUE.lastIndex < text.length) {
    const match = VALUE.exec(text);
    if (match === null || Number(match[1]) !== values.length + 1) return null;
    const quoted = match[2];
    if (quoted === undefined) values.push(null);
    else values.push(quoted.endsWith('...') ? undefined : quoted.replaceAll("''", "'"));
  }
  return values;
}
