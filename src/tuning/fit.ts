import { PitstopError } from '../errors.ts';
import { formatBytes } from '../report/format.ts';
import { EXPECTED_SHARE, LOADS, memoryTotals, systemBytes } from './memory.ts';
import type { MemoryFit, Situation } from './rule.ts';
import { MB } from './units.ts';

/** The version's default: less only where otherwise too few sessions fit. */
const USUAL_WORK_MEM = 4 * MB;
const LEAST_WORK_MEM = MB;
/** So many are kept at the usual `work_mem`'s cost, as far as they are wanted at all: a pooler can work with that. */
const ENOUGH_SESSIONS = 20;

/** How many sessions there are to be. */
export interface SessionsWanted {
  /** With those that are reserved. */
  readonly wanted: number;
  /** Without so many a server is of no use. */
  readonly least: number;
  /** Whether their number may be changed at all. */
  readonly fixed: boolean;
}
/**
 * Finds sessions and `work_mem` for which the expected use is within four fifths of the memory and the stress within all
 * of it. `work_mem` gives way first, down to the version's default, then the sessions, then `work_mem` once more: sessions
 * that are refused stop a program at once, a sort that goes to disk slows it down.
 * @throws PitstopError `memory-too-small` where not even the least fits, except on a service
 */
export function fitMemory(situation: Situation, sessions: SessionsWanted): MemoryFit {
  const { wanted, least, fixed } = sessions;
  const found = fixed ? wanted : sessionsThatFit(situation, sessions);
  const isService = situation.profile.managed !== null;
  if (found < least && !isService) throw tooSmall(situation, least);
  // A service runs in its memory whatever the rules say of that: then its sessions stay as they are.
  const fitting = found < least ? wanted : found;
  const most = mostWorkMem(situation, fitting);
  const byFormula = formulaWorkMem(situation, fitting);
  return {
    fits: most >= LEAST_WORK_MEM,
    sessions: fitting,
    wanted,
    workMemBytes: Math.min(most, Math.max(byFormula, USUAL_WORK_MEM)),
    mostWorkMemBytes: most,
    formulaWorkMemBytes: byFormula,
    active: memoryTotals(situation, fitting, most).terms.active,
  };
}

function sessionsThatFit(situation: Situation, { wanted, least }: SessionsWanted): number {
  const usual = mostSessions(situation, wanted, USUAL_WORK_MEM);
  const enough = Math.max(least, Math.min(wanted, ENOUGH_SESSIONS));
  return usual >= enough ? usual : mostSessions(situation, enough, LEAST_WORK_MEM);
}

/**
 * A share of what is left when everything else has its part, for each sort and hash table of those that work at the same
 * time; no more than is for everybody.
 */
function formulaWorkMem(situation: Situation, sessions: number): number {
  const { profile } = situation;
  const { share, mostWorkMem: most } = LOADS[profile.workload];
  const { terms } = memoryTotals(situation, sessions, 0);
  const left =
    profile.memoryBytes -
    systemBytes(profile.memoryBytes) -
    terms.sharedBytes -
    terms.maintenanceBytes -
    terms.connectionBytes;
  const parts = (terms.active + terms.workers) * terms.nodes * terms.hashMemMultiplier;
  return Math.min(most, (share * left) / parts);
}

/** Four fifths; where nothing but the server caches pages, nearly all. */
export function mostExpectedBytes({ profile: { memoryBytes, managed } }: Situation): number {
  return (managed === 'aurora' ? 0.95 : EXPECTED_SHARE) * memoryBytes;
}

function fits(situation: Situation, sessions: number, workMemBytes: number): boolean {
  const { memoryBytes } = situation.profile;
  const { expectedBytes, stressBytes } = memoryTotals(situation, sessions, workMemBytes);
  return expectedBytes <= mostExpectedBytes(situation) && stressBytes <= memoryBytes;
}

/** The most sessions, up to those that are wanted, that fit with so much `work_mem`; 0 for none. */
function mostSessions(situation: Situation, wanted: number, workMemBytes: number): number {
  if (fits(situation, wanted, workMemBytes)) return wanted;
  let [fitting, tooMany] = [0, wanted];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(situation, middle, workMemBytes)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

/** Both totals grow evenly with `work_mem`, so two points of each say where they meet their bounds. */
function mostWorkMem(situation: Situation, sessions: number): number {
  const { memoryBytes } = situation.profile;
  const none = memoryTotals(situation, sessions, 0);
  const one = memoryTotals(situation, sessions, MB);
  const room = [
    (mostExpectedBytes(situation) - none.expectedBytes) / (one.expectedBytes - none.expectedBytes),
    (memoryBytes - none.stressBytes) / (one.stressBytes - none.stressBytes),
  ];
  return Math.floor(Math.min(...room) * MB);
}

function tooSmall(situation: Situation, sessions: number): PitstopError {
  const { memoryBytes } = situation.profile;
  const { expectedBytes, terms } = memoryTotals(situation, sessions, LEAST_WORK_MEM);
  return new PitstopError(
    'memory-too-small',
    `${formatBytes(memoryBytes)} of memory are too little for ${sessions} sessions: shared memory takes ` +
      `${formatBytes(terms.sharedBytes)}, maintenance ${formatBytes(terms.maintenanceBytes)}, sessions ` +
      `${formatBytes(terms.connectionBytes)}, their work ${formatBytes(terms.workBytes)}; ` +
      `${formatBytes(expectedBytes)} in all, and ${formatBytes(mostExpectedBytes(situation))} is the most`,
    { hint: 'Give the server more memory.' },
  );
}
