import { describe, expect, test } from 'vitest';
import { requestOf, type ApprovalRequest, type RequestContent } from '../gate/request.ts';
import { confirmationWords, isConfirmedBy, requestLines } from './request.ts';

function request(content: Partial<RequestContent> = {}, sql = 'DROP TABLE app.lines'): ApprovalRequest {
  const target = {
    systemIdentifier: '7',
    database: 'shop',
    databaseOid: 5,
    host: 'db',
    port: 5432,
    role: 'app',
  };
  const statement = {
    sql,
    sha256: 'a'.repeat(64),
    verdict: 'gate',
    class: 'destructive',
    reasons: ['why'],
  } as const;
  return requestOf(
    {
      action: 'apply',
      item: null,
      summary: 'a change',
      environment: 'development',
      target,
      statements: [statement],
      undo: [],
      files: [],
      objects: ['app.lines', 'app.x\u001B[2Jy', 'app.two  words'],
      ...content,
    },
    { state: 'b'.repeat(64), reason: 'because', effects: [], appliedBefore: [] },
  );
}

describe('the lines of a request', () => {
  test('show a statement line by line: what follows a comment is seen not to be part of it', () => {
    const lines = requestLines(request({}, 'ALTER TABLE app.lines -- keeps everything\n  DROP COLUMN sku'));
    expect(lines).toContain('    1. ALTER TABLE app.lines -- keeps everything');
    expect(lines).toContain('         DROP COLUMN sku');
  });

  test('hold no control character, wherever it stands', () => {
    const evil = 'x\u001B[2J\u202E\u0007\n\u2028y';
    const lines = requestLines(
      request({ summary: evil, item: { file: evil, id: evil, title: evil }, undo: [evil] }, evil),
    );
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    expect(lines.filter((line) => /[\u0000-\u001F\u007F-\u009F\u2028\u202E]/.test(line))).toEqual([]);
  });
});

describe('the words to type', () => {
  test('are a name as it is shown, and the beginning of the id', () => {
    const asked = request();
    const id = asked.id.slice(0, 8);
    expect(confirmationWords(asked)).toBe(`app.lines ${id}`);
    for (const typed of [`app.lines ${id}`, ` app.lines   ${id}\n`, `development ${id}`])
      expect({ typed, is: isConfirmedBy(asked, typed) }).toEqual({ typed, is: true });
    for (const typed of [
      '',
      'yes',
      id,
      'app.lines',
      `app.x\u001B[2Jy ${id}`,
      `app.x [2Jy ${id}`,
      `production ${id}`,
    ])
      expect({ typed, is: isConfirmedBy(asked, typed) }).toEqual({ typed, is: false });
  });

  test('on production are the name of the environment', () => {
    const asked = request({ environment: 'production' });
    const id = asked.id.slice(0, 8);
    expect(confirmationWords(asked)).toBe(`production ${id}`);
    expect(isConfirmedBy(asked, `app.lines ${id}`)).toBe(false);
  });
});
