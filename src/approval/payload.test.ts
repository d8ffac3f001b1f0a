import { describe, expect, test } from 'vitest';
import { APPROVED } from '../../test/support/approved.ts';
import { type Approved, approvalFiles, payloadOf, payloadText, readPayload } from './payload.ts';

const GIVEN = {
  approval: '5f0c1a52-3c0e-4a43-9d5c-1a2b3c4d5e6f',
  approver: 'alice@example.com',
  issued: new Date('2026-11-22T10:00:00Z'),
};
const TEXT = payloadText(payloadOf(APPROVED, GIVEN));

const read = (text: string) => readPayload(Buffer.from(text, 'utf8'));
const changed = (change: object) => JSON.stringify({ ...(JSON.parse(TEXT) as object), ...change });

describe('a payload', () => {
  test('has one text, which reads back as it was', () => {
    expect(TEXT).toBe(
      '{"approval":"5f0c1a52-3c0e-4a43-9d5c-1a2b3c4d5e6f","approver":"alice@example.com","environment":"staging",' +
        '"expires":"2026-11-23T10:00:00.000Z","issued":"2026-11-22T10:00:00.000Z","request":"0123456789abcdef",' +
        `"requestSha256":"${'a'.repeat(64)}","state":"${'b'.repeat(64)}","target":{"database":"shop","databaseOid":16384,` +
        '"host":"db.example.com","port":5432,"role":"app","systemIdentifier":"7580000000000000001"},"uses":1,"v":1}',
    );
    expect(payloadText(read(TEXT))).toBe(TEXT);
  });

  test('holds for an hour on production, for a day elsewhere, or as long as is said', () => {
    const hours = (environment: Approved['environment'], validMs?: number) => {
      const { issued, expires } = payloadOf({ ...APPROVED, environment }, { ...GIVEN, validMs });
      return (Date.parse(expires) - Date.parse(issued)) / 3_600_000;
    };
    expect([hours('production'), hours('development'), hours('test'), hours('staging')]).toEqual([
      1, 24, 24, 24,
    ]);
    expect(hours('production', 600_000)).toBeCloseTo(1 / 6);
  });

  test('takes from a target and a request no more than what it binds', () => {
    const more = {
      ...APPROVED,
      target: { ...APPROVED.target, password: 'secret' },
      summary: 'drops an index',
    };
    expect(payloadText(payloadOf(more, GIVEN))).toBe(TEXT);
  });
});

describe('reading', () => {
  test.each<[what: string, text: string]>([
    ['white space', TEXT.replace(':', ': ')],
    ['a final newline', `${TEXT}\n`],
    ['a byte order mark', `\ufeff${TEXT}`],
    ['another order of keys', changed({ v: 1 }).replace(/^\{(.*),"v":1\}$/, '{"v":1,$1}')],
    ['an escape that is not needed', TEXT.replace('alice', '\\u0061lice')],
    ['a key said twice', TEXT.replace('"uses":1', '"uses":1,"uses":1')],
    ['another way to write a number', TEXT.replace('"port":5432', '"port":5432.0')],
    ['capitals in the id', TEXT.replace('5f0c1a52', '5F0C1A52')],
  ])('refuses other bytes of the same meaning: %s', (_what, text) => {
    expect(text).not.toBe(TEXT);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'approval-unreadable' }));
  });

  test.each<[what: string, change: object]>([
    ['a further key', { note: 'x' }],
    ['a further key of the target', { target: { ...APPROVED.target, password: 'x' } }],
    ['another version', { v: 2 }],
    ['more than one use', { uses: 2 }],
    ['a short hash', { requestSha256: 'a'.repeat(63) }],
    ['a hash in capitals', { state: 'B'.repeat(64) }],
    ['another form of time', { expires: '2026-11-23T10:00:00Z' }],
    ['a date that is none', { issued: '2026-02-30T10:00:00.000Z' }],
    ['no environment of ours', { environment: 'qa' }],
    ['a request id that is a path', { request: '../../../etc/pas' }],
    ['a pattern as approver', { approver: '*' }],
    ['an option as approver', { approver: '-oProxyCommand=x' }],
    ['several approvers', { approver: 'alice,bob' }],
    ['an approver with a line break', { approver: 'alice\nbob' }],
    ['an approver written right to left', { approver: 'alice\u202e' }],
    ['a lone surrogate', { approver: '\ud800' }],
    ['a missing key', { state: undefined }],
  ])('refuses %s', (_what, change) => {
    expect(() => read(changed(change))).toThrow(expect.objectContaining({ code: 'approval-unreadable' }));
  });

  test.each(['', 'null', '[]', '{', '"approved"'])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'approval-unreadable' }));
  });

  test('refuses bytes that are no UTF-8, instead of reading them as something else', () => {
    const bytes = Buffer.from(TEXT, 'utf8');
    bytes[TEXT.indexOf('shop')] = 0xff;
    expect(() => readPayload(bytes)).toThrow(expect.objectContaining({ code: 'approval-unreadable' }));
  });
});

test('the files have the names of an id, never of a path', () => {
  expect(approvalFiles('0123456789abcdef')).toEqual({
    payload: '0123456789abcdef.approval.json',
    signature: '0123456789abcdef.approval.json.sig',
  });
  expect(() => approvalFiles('../0123')).toThrow(TypeError);
});
