import { describe, expect, test } from 'vitest';
import { costliest, shareOf, type StatementCost } from './costliest.ts';

const took = (ms: number, costUnits = 0): StatementCost => ({ ms, stopped: false, costUnits });
const stopped = (ms: number, costUnits: number): StatementCost => ({ ms, stopped: true, costUnits });
const planned = (costUnits: number): StatementCost => ({ ms: null, stopped: false, costUnits });
const UNKNOWN: StatementCost = { ms: null, stopped: false, costUnits: null };

describe('the costliest', () => {
  test.for<[why: string, statements: readonly StatementCost[], place: number | null]>([
    ['takes longest, whatever the planner thinks', [took(3, 900), took(40, 10), took(7, 5_000)], 1],
    ['was stopped later than others took', [took(900), stopped(1_000, 1)], 1],
    ['took longer than others had', [stopped(1_000, 9_999), took(4_000)], 1],
    ['has the larger plan where both were stopped', [stopped(1_000, 5), stopped(990, 80)], 1],
    ['was executed where others were not', [planned(1e9), took(1)], 1],
    ['has the largest plan where none was executed', [planned(5), planned(70), planned(9)], 1],
    ['is the first of equals', [took(5), took(5)], 0],
    ['is none without any number', [UNKNOWN, UNKNOWN], null],
    ['is none of none', [], null],
  ])('%s', ([, statements, place]) => {
    expect(costliest(statements)).toBe(place);
  });
});

test('each has its share of the time that is left, up to the cut-off', () => {
  expect(shareOf(20_000, 4, 60_000)).toBe(5_000);
  expect(shareOf(20_000, 4, 1_000)).toBe(1_000);
  expect(shareOf(-5, 4, 1_000)).toBe(0);
});
