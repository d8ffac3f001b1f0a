import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isQuiet,
  nextAlert,
  quiet,
  seenOf,
  type AlertLevel,
  type AlertState,
  type Patience,
} from './alert.ts';
import type { Observation } from './report.ts';
import { levelOf, type Level, type Threshold } from './threshold.ts';

const RANK = { ok: 0, warning: 1, critical: 2 };
const NOTICED: readonly AlertLevel[] = ['ok', 'warning', 'critical'];
const level = fc.constantFrom<Level>('ok', 'unknown', 'warning', 'critical');
const levels = fc.array(level, { maxLength: 40 });
const patience = fc.record({
  raiseAfter: fc.integer({ min: 1, max: 5 }),
  clearAfter: fc.integer({ min: 1, max: 5 }),
});

/** The states after each of the levels, with no margin: `eased` is the level itself. */
function follow(
  seen: readonly Level[],
  how: Patience,
  start: AlertState | null = quiet(0),
): readonly AlertState[] {
  const states: AlertState[] = [];
  for (const [at, one] of seen.entries())
    states.push(
      nextAlert(states.at(-1) ?? start, { level: one, eased: one, message: `round ${at}` }, how, at),
    );
  return states;
}

const last = (states: readonly AlertState[]) => states.at(-1)?.level ?? 'ok';
const noticed = (seen: readonly Level[]) => seen.filter((one): one is AlertLevel => one !== 'unknown');

describe('an alert', () => {
  test('is up only where there were enough breaches in a row, at some time since it was last down', () => {
    fc.assert(
      fc.property(levels, patience, (seen, how) => {
        for (const [index, state] of follow(seen, how).entries()) {
          if (state.level === 'ok') continue;
          const so_far = noticed(seen.slice(0, index + 1));
          const enough = so_far.some(
            (_, begin) =>
              begin + how.raiseAfter <= so_far.length &&
              so_far.slice(begin, begin + how.raiseAfter).every((one) => RANK[one] >= RANK[state.level]),
          );
          expect(enough).toBe(true);
        }
      }),
    );
  });

  test('is what was seen once it was seen long enough, whatever came before', () => {
    fc.assert(
      fc.property(levels, patience, fc.constantFrom(...NOTICED), (before, how, steady) => {
        const rounds = Math.max(how.raiseAfter, how.clearAfter);
        // From critical down to warning and on takes two steps at most.
        const seen = [...before, ...Array.from({ length: 2 * rounds }, () => steady)];
        expect(last(follow(seen, how))).toBe(steady);
      }),
    );
  });

  test('does not change by what cannot be seen', () => {
    fc.assert(
      fc.property(levels, patience, (seen, how) => {
        const plain = follow(noticed(seen), how).map((state) => state.level);
        const all = follow(seen, how).filter((_, index) => seen[index] !== 'unknown');
        expect(all.map((state) => state.level)).toEqual(plain);
      }),
    );
  });

  test('does not flap: it is not lowered sooner after it last changed than it takes', () => {
    fc.assert(
      fc.property(levels, patience, (seen, how) => {
        const states = follow(seen, how).map((state) => RANK[state.level]);
        const changes = states.flatMap((one, at) => (at > 0 && one !== states[at - 1] ? [at] : []));
        const lowered = changes.slice(1).filter((at) => states[at]! < states[at - 1]!);
        const soonest = Math.min(...lowered.map((at) => at - changes[changes.indexOf(at) - 1]!));
        expect(soonest).toBeGreaterThanOrEqual(how.clearAfter);
      }),
    );
  });

  test('is not raised by a value that is beyond its mark every second round', () => {
    const seen = Array.from({ length: 30 }, (_, index): Level => (index % 2 === 0 ? 'critical' : 'ok'));
    expect(follow(seen, { raiseAfter: 2, clearAfter: 2 }).every((state) => state.level === 'ok')).toBe(true);
    const up = follow(['critical', 'critical', ...seen], { raiseAfter: 2, clearAfter: 2 }).slice(1);
    expect(up.every((state) => state.level === 'critical')).toBe(true);
  });

  test('is believed at the first look, and only then', () => {
    const how = { raiseAfter: 3, clearAfter: 3 };
    for (const one of NOTICED) expect(last(follow([one], how, null))).toBe(one);
    expect(last(follow(['critical'], how, quiet(0)))).toBe('ok');
    // What could not be seen was no look.
    expect(isQuiet(follow(['unknown'], how, null)[0]!)).toBe(true);
  });

  test('says since when it is at its level, and what was said of it then', () => {
    const states = follow(['ok', 'warning', 'warning', 'critical', 'ok', 'ok'], {
      raiseAfter: 2,
      clearAfter: 2,
    });
    expect(states.map(({ level: one, since, message }) => [one, since, message])).toEqual([
      ['ok', 0, 'round 0'],
      ['ok', 0, 'round 1'],
      ['warning', 2, 'round 2'],
      ['warning', 2, 'round 3'],
      ['warning', 2, 'round 3'],
      ['ok', 5, 'round 5'],
    ]);
  });

  test('goes down in steps', () => {
    const seen: Level[] = ['critical', 'critical', 'warning', 'warning', 'ok', 'ok'];
    expect(follow(seen, { raiseAfter: 2, clearAfter: 2 }).map((state) => state.level)).toEqual([
      'ok',
      'critical',
      'critical',
      'warning',
      'warning',
      'ok',
    ]);
  });
});

describe('the margin', () => {
  const ABOVE: Threshold = { warning: 80, critical: 90, direction: 'above', source: 'a test' };
  const BELOW: Threshold = { warning: 30, critical: 10, direction: 'below', source: 'a test' };
  const observation = (value: number | null, one: Level): Observation => ({
    subject: 'a',
    value,
    unit: 'percent',
    labels: {},
    level: one,
    message: '',
    advice: null,
  });

  test.each<[Threshold, number, Level, Level]>([
    [ABOVE, 95, 'critical', 'critical'],
    [ABOVE, 89, 'warning', 'critical'],
    [ABOVE, 80.5, 'warning', 'warning'],
    [ABOVE, 79, 'ok', 'warning'],
    [ABOVE, 71, 'ok', 'ok'],
    [BELOW, 10, 'critical', 'critical'],
    [BELOW, 10.9, 'warning', 'critical'],
    [BELOW, 32, 'ok', 'warning'],
    [BELOW, 34, 'ok', 'ok'],
  ])('%o: %d is %s, and counts as %s for an alert that is up', (threshold, value, plain, eased) => {
    expect(seenOf(observation(value, levelOf(value, threshold)), threshold)).toMatchObject({
      level: plain,
      eased,
    });
  });

  test('keeps an alert up while the value swings around the mark', () => {
    const how = { raiseAfter: 2, clearAfter: 2 };
    let state = quiet(0);
    const levelsSeen = [81, 81, 79, 78, 79, 77, 75, 70, 70].map((value, at) => {
      const seen = seenOf(observation(value, levelOf(value, ABOVE)), ABOVE);
      state = nextAlert(state, seen, how, at);
      return state.level;
    });
    expect(levelsSeen).toEqual(['ok', ...Array.from({ length: 7 }, () => 'warning'), 'ok']);
  });

  test('is never better than the level itself', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -200, max: 200, noNaN: true }),
        fc.constantFrom(ABOVE, BELOW),
        (value, threshold) => {
          const seen = seenOf(observation(value, levelOf(value, threshold)), threshold);
          const rank = (one: Level) => (one === 'unknown' ? 0 : RANK[one]);
          expect(rank(seen.eased)).toBeGreaterThanOrEqual(rank(seen.level));
        },
      ),
    );
  });

  test('is none for a level that the check gave itself', () => {
    expect(seenOf(observation(79, 'critical'), ABOVE)).toMatchObject({
      level: 'critical',
      eased: 'critical',
    });
    expect(seenOf(observation(95, 'ok'), ABOVE)).toMatchObject({ level: 'ok', eased: 'ok' });
    expect(seenOf(observation(null, 'unknown'), ABOVE)).toMatchObject({ level: 'unknown', eased: 'unknown' });
  });
});
