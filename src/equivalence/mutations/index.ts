import { coincidences } from './coincidences.ts';
import { constants } from './constants.ts';
import { documents } from './documents.ts';
import { duplicates } from './duplicates.ts';
import { edges } from './edges.ts';
import { emptied } from './emptied.ts';
import { extremes } from './extremes.ts';
import type { DataState, Mutation, Scene } from './mutation.ts';
import { nulls } from './nulls.ts';
import { singleRow } from './single-row.ts';
import { ties } from './ties.ts';

/** Those first that most often tell. */
const MUTATIONS: readonly Mutation[] = [
  nulls,
  duplicates,
  constants,
  ties,
  emptied,
  edges,
  documents,
  coincidences,
  singleRow,
  extremes,
];

/** Every state that a mutation makes. */
export function statesOf(scene: Scene): DataState[] {
  return MUTATIONS.flatMap((mutation) => [...mutation.states(scene)]);
}
