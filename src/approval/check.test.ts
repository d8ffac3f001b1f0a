import { describe, expect, test } from 'vitest';
import { APPROVED } from '../../test/support/approved.ts';
import { checkPayload } from './check.ts';
import { type Approved, payloadOf } from './payload.ts';

const HOUR_MS = 3_600_000;
const ISSUED = new Date('2026-11-22T10:00:00Z');

function check({
  approved = APPROVED,
  expected = APPROVED,
  after = 0,
  validMs,
}: {
  approved?: Approved;
  expected?: Approved;
  after?: number;
  validMs?: number;
}) {
  const given = {
    approval: '5f0c1a52-3c0e-4a43-9d5c-1a2b3c4d5e6f',
    approver: 'alice',
    issued: ISSUED,
    validMs,
  };
  return checkPayload(payloadOf(approved, given), expected, new Date(ISSUED.getTime() + after));
}

const onTarget = (target: Partial<Approved['target']>) => ({
  approved: { ...APPROVED, target: { ...APPROVED.target, ...target } },
});

describe('an approval', () => {
  test('covers what it was given for', () => {
    expect(check({})).toBeNull();
  });

  test.each<[code: string, approved: Partial<Approved>]>([
    ['approval-other-request', { request: 'fedcba9876543210' }],
    ['approval-other-request', { requestSha256: 'c'.repeat(64) }],
    ['approval-other-environment', { environment: 'test' }],
    ['approval-stale', { state: 'c'.repeat(64) }],
  ])('%s: is for %o alone', (code, approved) => {
    expect(check({ approved: { ...APPROVED, ...approved } })).toMatchObject({ code });
  });

  test.each<[names: string, target: Partial<Approved['target']>]>([
    ['server (system identifier) 1, not 7580000000000000001', { systemIdentifier: '1' }],
    ['database other, not shop', { database: 'other' }],
    ['database (OID) 5, not 16384', { databaseOid: 5 }],
    ['host localhost, not db.example.com', { host: 'localhost' }],
    ['port 1, not 5432', { port: 1 }],
    ['role root, not app', { role: 'root' }],
  ])('is for one target, and names what differs: %s', (names, target) => {
    expect(check(onTarget(target))).toEqual({
      code: 'approval-other-target',
      message: `it is for another target: ${names}`,
    });
  });

  test('names all that differs', () => {
    expect(check(onTarget({ host: 'a', port: 1 }))?.message).toContain(
      'host a, not db.example.com; port 1, not 5432',
    );
  });

  test('holds from five minutes before the approver’s time until it expires, by the server’s clock', () => {
    expect(check({ after: -5 * 60_000 })).toBeNull();
    expect(check({ after: -5 * 60_000 - 1 })).toMatchObject({ code: 'approval-not-yet-valid' });
    expect(check({ after: 24 * HOUR_MS - 1 })).toBeNull();
    expect(check({ after: 24 * HOUR_MS })).toMatchObject({ code: 'approval-expired' });
  });

  test('does not hold longer than its environment allows, whatever it says', () => {
    const production = { ...APPROVED, environment: 'production' } as const;
    const long = (approved: Approved, validMs: number) => check({ approved, expected: approved, validMs });
    expect(long(production, HOUR_MS)).toBeNull();
    expect(long(production, HOUR_MS + 1)).toMatchObject({ code: 'approval-too-long' });
    expect(long(APPROVED, 7 * 24 * HOUR_MS)).toBeNull();
    expect(long(APPROVED, 7 * 24 * HOUR_MS + 1)).toMatchObject({ code: 'approval-too-long' });
  });

  test('that says staging does not get production’s change past the hour', () => {
    const expected = { ...APPROVED, environment: 'production' } as const;
    expect(check({ expected })).toMatchObject({ code: 'approval-other-environment' });
  });
});
