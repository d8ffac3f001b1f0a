import type { Node } from '@pgsql/types';
import { relationReferences } from '../../src/advisor/references.ts';
import type { EquivalenceVerdict } from '../../src/equivalence/verdict.ts';
import type { ResolvedRelation } from '../../src/facts.ts';
import { withSandboxServer } from '../../src/labs/sandbox/server.ts';
import { withEquivalenceSandbox, type EquivalenceSandbox } from '../../src/labs/sandbox/with-equivalence.ts';
import { readRelations } from '../../src/pg/catalog/relations.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';

/** A sandbox in which statements are compared as a run compares a rewrite with its original. */
export interface Comparison {
  readonly check: (
    original: string,
    rewrite: string,
    parameterSets?: readonly (readonly unknown[])[],
  ) => Promise<EquivalenceVerdict>;
  readonly close: () => Promise<void>;
}

/**
 * Opens one sandbox for all that is to be compared: whatever is made up in it is rolled back.
 * @param statements what the sample is taken for; others may be compared that read the same tables
 */
export async function openComparison(url: string, statements: readonly string[]): Promise<Comparison> {
  await loadParser();
  const trees = statements.flatMap(treesOf);
  const target = parseTarget(url, {});
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let ended: Promise<void> = Promise.resolve();
  const { sandbox, relations } = await new Promise<Opened>((open, reject) => {
    ended = withSession(target, 'reader', null, async (reader) => {
      const found = await readRelations(reader, referencesOf(trees));
      const contents = { relations: found.map(({ relation }) => relation.oid), statements: trees };
      const real = { session: reader, cutoffMs: 10_000, budgetMs: 5_000, clock: () => performance.now() };
      await withSandboxServer('clone', target, (server) =>
        withEquivalenceSandbox(server, reader, contents, real, new AbortController().signal, (lent) => {
          open({ sandbox: lent, relations: found });
          return finished;
        }),
      );
    });
    ended.catch(reject);
  });
  return {
    check: (original, rewrite, parameterSets = [[]]) => {
      const read = referencesOf([original, rewrite].flatMap(treesOf)).map(({ name }) => name);
      return sandbox.check({
        original,
        rewrite,
        parameterSets,
        relations: relations.filter(({ reference }) => read.includes(reference.name)),
      });
    },
    close: () => {
      finish();
      return ended;
    },
  };
}

interface Opened {
  readonly sandbox: EquivalenceSandbox;
  readonly relations: readonly ResolvedRelation[];
}

function treesOf(sql: string): Node[] {
  return parseStatements(sql).map(({ tree }) => tree);
}

/** Each relation once. */
function referencesOf(trees: readonly Node[]) {
  const references = trees.flatMap(relationReferences);
  return [...new Map(references.map((reference) => [JSON.stringify(reference), reference])).values()];
}
