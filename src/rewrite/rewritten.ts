import type { Rewriting, RewriteSubject } from './rule.ts';
import { visitStatement, type Visitor } from './visit.ts';

/** The one rewriting that a visitor makes of all places of a statement; none where it replaces nothing. */
export function rewritten(
  subject: RewriteSubject,
  { reason, ...visitor }: Visitor & { readonly reason: string },
): Rewriting[] {
  let places = 0;
  const counted =
    <Arguments extends unknown[], Result>(replace: ((...args: Arguments) => Result | null) | undefined) =>
    (...args: Arguments): Result | null => {
      const result = replace?.(...args) ?? null;
      if (result !== null) places += 1;
      return result;
    };
  const tree = visitStatement(subject, {
    condition: counted(visitor.condition),
    select: counted(visitor.select),
  });
  return places === 0 ? [] : [{ tree, reason, meaning: 'same' }];
}
