import { describe, expect, test } from 'vitest';
import { stalenessIn } from './staleness.ts';

describe('an item allows an older result', () => {
  test.for<[sentence: string, seconds: number | null]>([
    ['The numbers may be 5 minutes old.', 300],
    ['it can be up to an hour old', 3_600],
    ['The result may be at most 90 s old', 90],
    ['Rows up to 2 days old will do', 172_800],
    ['stale data is fine', null],
    ['Staleness: 1 h', 3_600],
    ['results may be stale for up to 10 min', 600],
    ['30 seconds stale is fine', 30],
    ['It may be cached for half an hour', 1_800],
    ['may be cached', null],
    ['refreshed hourly', 3_600],
    ['a report, refreshed every night', 86_400],
    ['Refreshed every 15 minutes', 900],
    ['refreshed once a day', 86_400],
    ['refreshed once', null],
    ['It does not have to be current', null],
    ['stale is fine, below 2 seconds', null],
  ])('%s', ([sentence, seconds]) => {
    expect(stalenessIn([sentence])).toEqual({ allowed: true, seconds });
  });

  test('of several the strictest', () => {
    expect(stalenessIn(['may be an hour old', 'staleness of 5 minutes'])).toEqual({
      allowed: true,
      seconds: 300,
    });
  });
});

describe('an item does not allow it', () => {
  test.each([
    'Orders that are 30 days old are archived',
    'It may not be 5 minutes old',
    'must not be stale',
    'The result cannot be cached',
    'staleness: none',
    'The planner has stale statistics',
    'it is refreshing',
    'It takes 5 minutes',
    '',
  ])('%s', (sentence) => {
    expect(stalenessIn([sentence])).toEqual({ allowed: false, seconds: null });
  });
});
