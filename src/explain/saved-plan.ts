import { isFields } from './fields.ts';
import { PlanFormatError } from './format-error.ts';

/**
 * A plan that somebody has saved, as `parsePlan` takes it: what EXPLAIN (FORMAT JSON) gave, with the frame that psql or
 * a driver puts around it, or what auto_explain logged.
 * @returns null where the text is no plan at all, and so perhaps a statement
 * @throws PlanFormatError where it is a plan in another format, or JSON that holds none
 */
export function readSavedPlan(source: string): unknown {
  const content = withoutFrame(source.replace(/^\uFEFF/, '').trim());
  if (/^[[{]/.test(content)) return planIn(parseJson(content));
  const format = otherFormat(content);
  if (format === null) return null;
  throw new PlanFormatError(`this is a plan in ${format} format; what is read is JSON`);
}

/** psql's heading and row count, and the `+` with which it continues lines. */
function withoutFrame(content: string): string {
  return content
    .replace(/^\|?\s*QUERY PLAN\s*\|?\s*\r?\n[-+|\s]+\r?\n/, '')
    .replace(/\r?\n\(\d+ rows?\)\s*(?:Time: .*)?$/, '')
    .replaceAll(/\s*\+(\r?)$/gm, '$1')
    .trim();
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PlanFormatError(`this begins like JSON and is none: ${why}`, { cause });
  }
}

/** A driver's row has the plan in a column that is named QUERY PLAN. */
function planIn(document: unknown): unknown {
  if (Array.isArray(document) && document.length > 1)
    throw new PlanFormatError(`there are ${document.length} plans where one is expected`);
  const element: unknown = Array.isArray(document) ? document[0] : document;
  if (isFields(element) && 'QUERY PLAN' in element) {
    const column = element['QUERY PLAN'];
    return planIn(typeof column === 'string' ? parseJson(column) : column);
  }
  if (isFields(element) && isFields(element['Plan'])) return element;
  throw new PlanFormatError('this is JSON, and no plan of EXPLAIN (FORMAT JSON): there is no "Plan" in it');
}

/** A comment of a statement may quote a plan. */
const COMMENT = /--.*$|\/\*[\s\S]*?\*\//gm;

function otherFormat(source: string): string | null {
  const content = source.replaceAll(COMMENT, '');
  if (/^(?:<\?xml[^>]*>\s*)?<explain\b/.test(content)) return 'XML';
  if (/^- (?:Plan|Query Text):/.test(content)) return 'YAML';
  return /\(cost=\d+\.\d+\.\.\d+\.\d+ rows=\d+/.test(content) || /\(actual (?:time|rows)=/.test(content)
    ? 'text'
    : null;
}
