import type { Node } from '@pgsql/types';
import { parseStatements } from '../sql/parse.ts';
import { attributesOf, functionsOf, type FunctionName } from '../sql/probe.ts';
import { decidingNames, type DecidingName } from '../sql/deciding-names.ts';
import { routineBody } from '../sql/routine-body.ts';
import { reachesOut, unsafeFunctions } from '../sql/unsafe-functions.ts';
import { nodesOf, wrapperOf } from '../sql/walk.ts';
import { as, type Classified, type Place, type StatementClass } from './classes/class.ts';
import { classify } from './classes/index.ts';
import { bodyOf } from './classes/routine.ts';
import { keyOf, type NameFacts, type ReachedFunction } from './name-facts.ts';

/** What a text reaches in a database that it does not show. */
export interface Reach {
  /** The functions of users that a tree may run. */
  readonly functionsOf: (tree: unknown) => ReachedFunction[];
  /** Whether a function does nothing but read, with all that it reaches itself. */
  readonly readsOnly: (reached: ReachedFunction) => boolean;
  /** Whether every function that a call can mean is one that only reads, whoever brought it. */
  readonly isHarmless: (called: FunctionName) => boolean;
}

const USES = ['read', 'alter', 'write'] as const;

export function reachIn(facts: NameFacts): Reach {
  const judged = new Map<string, boolean>();

  const reached = (tree: unknown): ReachedFunction[] => {
    const uses = new Map<string, number>();
    for (const name of decidingNames(tree)) {
      const key = keyOf(name);
      uses.set(key, Math.max(uses.get(key) ?? 0, USES.indexOf(name.use)));
    }
    return facts.functions.filter(
      ({ by, use, origin }) =>
        origin === 'user' && (by === null || (uses.get(keyOf(by)) ?? -1) >= USES.indexOf(use)),
    );
  };

  const readsOnly = ({ definition, securityDefiner }: ReachedFunction): boolean => {
    if (definition === null || securityDefiner) return false;
    const known = judged.get(definition);
    if (known !== undefined) return known;
    // A function that reaches itself is not known to be harmless while it is judged.
    judged.set(definition, false);
    const body = readBody(definition, isHarmless);
    const harmless =
      body?.class === 'read' &&
      body.trees.flatMap(decidingNames).every((name) => facts.asked.has(keyOf(name))) &&
      body.trees.flatMap(reached).every(readsOnly);
    judged.set(definition, harmless);
    return harmless;
  };

  const isHarmless = ({ schema, name }: FunctionName): boolean => {
    const key = keyOf({ kind: 'function', schema, name });
    const meant = facts.functions.filter(({ by }) => by !== null && keyOf(by) === key);
    return meant.length > 0 && meant.every(readsOnly);
  };

  return { functionsOf: reached, readsOnly, isHarmless };
}

/** What a tree does in a database beyond what it shows, as far as that is more than reading. */
export function hiddenEffects(tree: unknown, reach: Reach): Classified[] {
  return reach
    .functionsOf(tree)
    .filter((reached) => !reach.readsOnly(reached))
    .map(({ through, schema, name }) =>
      as('opaque', `${through} runs the function ${schema}.${name}, which is not known to be harmless`),
    );
}

/**
 * The functions of a probe that must not run in it: those that a read-only transaction does not hold back, and those
 * of users, called or behind a name, unless they only read, or can do no more than such a transaction holds back: with
 * the rights of a role that has none beyond the database, in a language that reaches no further.
 * @param facts null where the database was not asked
 */
export function unsafeCalls(tree: unknown, facts: NameFacts | null): string[] {
  const called = unsafeFunctions(callsIn(tree));
  if (facts === null) return called;
  const reach = reachIn(facts);
  const unsafe = reach
    .functionsOf(tree)
    .filter((reached) => !reach.readsOnly(reached) && reachesFurther(reached, facts))
    .map(({ schema, name }) => `${schema}.${name}`);
  return [...new Set([...called, ...unsafe])];
}

function reachesFurther(
  { definition, securityDefiner, trusted }: ReachedFunction,
  facts: NameFacts,
): boolean {
  if (securityDefiner || !trusted || facts.rolePowers.length > 0) return true;
  const body = definition === null ? null : readBody(definition, () => false);
  return body === null || unsafeFunctions(body.trees.flatMap(callsIn)).length > 0;
}

/** Everything in a tree that may be a call, as the tree names it. */
export function callsIn(tree: unknown): FunctionName[] {
  return [...functionsOf(tree), ...[...nodesOf(tree)].flatMap(attributesOf)];
}

/** The statements in the body of a function, expressions as SELECT; none where it cannot be read. */
export function statementsOfBody(definition: string): readonly Node[] {
  return readBody(definition, () => false)?.trees ?? [];
}

/** The names that the body of a function leaves to the catalog; none where it cannot be read. */
export function namesOfBody(definition: string): DecidingName[] {
  return statementsOfBody(definition).flatMap(decidingNames);
}

/** What the code of a trigger may do in a database that nobody else uses: rows come and go, and nothing else. */
const OF_ROWS: ReadonlySet<string> = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'ReturnStmt',
]);

/**
 * Whether the code that a text reaches stays in its database, with all that it reaches itself: every statement of it can
 * be seen, works on rows, and calls nothing that reaches files, servers, sessions or settings.
 */
export function staysInside(tree: unknown, facts: NameFacts): boolean {
  const reach = reachIn(facts);
  const seen = new Set<string>();
  const stays = (reached: ReachedFunction): boolean => {
    const { definition, trusted } = reached;
    if (definition === null || !trusted) return false;
    if (seen.has(definition)) return true;
    seen.add(definition);
    const body = readBody(definition, () => false);
    if (body === null || buildsStatements(definition)) return false;
    return body.trees.every(
      (part) =>
        OF_ROWS.has(wrapperOf(part)?.tag ?? '') &&
        !callsIn(part).some(reachesOut) &&
        decidingNames(part).every((name) => facts.asked.has(keyOf(name))) &&
        reach.functionsOf(part).every(stays),
    );
  };
  return reach.functionsOf(tree).every(stays);
}

function buildsStatements(definition: string): boolean {
  const [created] = parseStatements(definition);
  if (created === undefined || !('CreateFunctionStmt' in created.tree)) return true;
  return routineBody(created.tree.CreateFunctionStmt, created.sql).opaque;
}

interface Body {
  readonly class: StatementClass;
  /** Every statement in it that can be read, expressions as SELECT. */
  readonly trees: readonly Node[];
}

function readBody(definition: string, isHarmless: Place['isHarmless']): Body | null {
  try {
    const [created] = parseStatements(definition);
    if (created === undefined || !('CreateFunctionStmt' in created.tree)) return null;
    const { options = [] } = created.tree.CreateFunctionStmt;
    // A setting of its own, a search path above all, gives the names of the body another meaning than was asked for.
    if (options.some((option) => 'DefElem' in option && option.DefElem.defname === 'set')) return null;
    const trees: Node[] = [];
    const place: Place = {
      sql: created.sql,
      depth: 0,
      isHarmless,
      classify: (tree, inside) => {
        trees.push(tree);
        return classify(tree, inside);
      },
    };
    return { class: bodyOf(created.tree.CreateFunctionStmt, place).class, trees };
  } catch {
    return null;
  }
}
