import { formerName } from './former-names.ts';
import { untouched } from './never.ts';
import { POSTGRESQL_18 } from './postgresql-18.ts';

/** Two words at least, unless it is given a value: a single one (`port`, `jit`) stands in too many texts. */
const NAMES = /\b[a-z]+\d?(?:_[a-z\d]+)+\b|\b[a-z]+(?:[A-Z][a-z\d]*)+\b|\b[a-z]+(?=['"]?\s*[:=]\s*\S)/g;

/** The settings that a text names, as it spells them: those of PostgreSQL, and those that are often taken for one. */
export function settingsNamedIn(text: string): readonly string[] {
  return [...new Set(text.match(NAMES))].filter((name) => {
    const snake = snakeCase(name);
    return POSTGRESQL_18.settings.has(snake) || formerName(snake) !== null;
  });
}

/** Whether nobody may have it: it does not exist, or trades safety for speed. */
export function isBarred(name: string): boolean {
  const snake = snakeCase(name);
  return formerName(snake) !== null || untouched(snake) !== null;
}

function snakeCase(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
}
