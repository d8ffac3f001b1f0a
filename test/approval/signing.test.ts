import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { approvalFiles, payloadOf, payloadText } from '../../src/approval/payload.ts';
import { findApprover, signApproval, signingEnvironment } from '../../src/approval/sign.ts';
import { parseSigners } from '../../src/approval/signers-list.ts';
import { verifyApproval } from '../../src/approval/verify.ts';
import { APPROVED } from '../support/approved.ts';

const NAMESPACE = 'pitstop-approval@v1';
const TYPES = ['ed25519', 'rsa', 'ecdsa'] as const;
const UNATTENDED = { env: {}, attended: false };

let folder = '';
let text = '';
let signature = '';
let signers = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitstop-signing-'));
  for (const type of TYPES) keygen('-q', '-t', type, '-N', '', '-C', `${type}@example.com`, '-f', path(type));
  keygen('-q', '-t', 'ed25519', '-N', 'open sesame', '-C', 'locked away', '-f', path('locked'));
  text = textFor('alice');
  signature = await signApproval(text, path('ed25519'), UNATTENDED);
  signers = `alice ${await publicKey('ed25519')}`;
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const publicKey = (name: string) => readFile(path(`${name}.pub`), 'utf8');
const keygen = (...args: readonly string[]) => execFileSync('ssh-keygen', args, { stdio: 'pipe' });

/** What `sign` says of the approval, for the approver named. */
function textFor(approver: string): string {
  const approved = { ...APPROVED, environment: 'production' } as const;
  const approval = '5f0c1a52-3c0e-4a43-9d5c-1a2b3c4d5e6f';
  return payloadText(payloadOf(approved, { approval, approver, issued: new Date('2026-11-22T10:00:00Z') }));
}

const refused = (code: string) => expect.objectContaining({ code }) as Error;

describe('a signed approval', () => {
  test.each(TYPES)('is verified: %s', async (type) => {
    const signed = await signApproval(text, path(type), UNATTENDED);
    const list = `# approvers\nbob ${await publicKey(type === 'rsa' ? 'ecdsa' : 'rsa')}alice ${await publicKey(type)}`;
    const { fingerprint } = await findApprover(path(type), { as: null, signers: null });
    expect(await verifyApproval({ payloadText: text, signature: signed, signers: list })).toEqual({
      principal: 'alice',
      fingerprint,
    });
  });

  test('is one for plain ssh-keygen too', async () => {
    const names = approvalFiles('0123456789abcdef');
    await writeFile(path(names.payload), text);
    await writeFile(path(names.signature), signature);
    await writeFile(path('allowed_signers'), signers);
    const said = execFileSync(
      '/bin/sh',
      [
        '-c',
        `ssh-keygen -Y verify -f allowed_signers -I alice -n ${NAMESPACE} -s ${names.signature} < ${names.payload}`,
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(said).toContain(`Good "${NAMESPACE}" signature for alice`);
  });

  test('of a key whose line holds for approvals, and until later', async () => {
    const options = `namespaces="git,${NAMESPACE}",valid-after="20200101",valid-before="21000101"`;
    const list = `alice ${options} ${await publicKey('ed25519')}`;
    await expect(verifyApproval({ payloadText: text, signature, signers: list })).resolves.toMatchObject({
      principal: 'alice',
    });
  });

  test('of a certificate of an authority that the list has', async () => {
    keygen('-q', '-t', 'ed25519', '-N', '', '-f', path('ca'));
    keygen('-q', '-t', 'ed25519', '-N', '', '-f', path('certified'));
    keygen('-q', '-s', path('ca'), '-I', 'of alice', '-n', 'alice', path('certified.pub'));
    const signed = await signApproval(text, path('certified-cert.pub'), UNATTENDED);
    const ask = (pattern: string, payload = text, sig = signed) =>
      publicKey('ca').then((ca) =>
        verifyApproval({ payloadText: payload, signature: sig, signers: `${pattern} cert-authority ${ca}` }),
      );
    await expect(ask('alice,bob')).resolves.toMatchObject({ principal: 'alice' });
    await expect(ask('carol')).rejects.toThrow(refused('approver-not-allowed'));
    const asBob = textFor('bob');
    const signedAsBob = await signApproval(asBob, path('certified-cert.pub'), UNATTENDED);
    await expect(ask('alice,bob', asBob, signedAsBob)).rejects.toThrow(refused('approver-not-allowed'));
  });
});

describe('no approval is', () => {
  const ask = (given: Partial<Parameters<typeof verifyApproval>[0]>) =>
    verifyApproval({ payloadText: text, signature, signers, ...given });

  test('one with a changed byte, anywhere', async () => {
    for (const at of [text.indexOf('aaa'), text.indexOf('bbb'), text.indexOf('16384')]) {
      const digit = text[at + 2] === '1' ? '2' : '1';
      const changed = text.slice(0, at + 2) + digit + text.slice(at + 3);
      await expect(ask({ payloadText: changed })).rejects.toThrow(refused('approval-signature-invalid'));
    }
  });

  test('one that is not in canonical form, although it is signed', async () => {
    const spaced = text.replaceAll(',', ', ');
    const signed = await signApproval(spaced, path('ed25519'), UNATTENDED);
    await expect(ask({ payloadText: spaced, signature: signed })).rejects.toThrow(
      refused('approval-unreadable'),
    );
  });

  test('a signature for another purpose', async () => {
    await writeFile(path('message'), text);
    keygen('-q', '-Y', 'sign', '-n', 'git', '-f', path('ed25519'), path('message'));
    const git = await readFile(path('message.sig'), 'utf8');
    await expect(ask({ signature: git })).rejects.toThrow(refused('approval-signature-invalid'));
  });

  test('a signature of something else', async () => {
    const other = await signApproval(textFor('bob'), path('ed25519'), UNATTENDED);
    await expect(ask({ signature: other })).rejects.toThrow(refused('approval-signature-invalid'));
  });

  test.each([
    '',
    'approved',
    '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n',
    'x'.repeat(1e6),
  ])('no signature at all: %.30s', async (nothing) => {
    await expect(ask({ signature: nothing })).rejects.toThrow(refused('approval-signature-invalid'));
  });

  test.each<[what: string, line: (key: string, other: string) => string]>([
    ['of an unknown key', (_key, other) => `alice ${other}`],
    ['under the name of another', (key, other) => `bob ${key}alice ${other}`],
    ['of an expired line', (key) => `alice valid-before="20200101" ${key}`],
    ['of a line that is not valid yet', (key) => `alice valid-after="21000101" ${key}`],
    ['of a line for another purpose', (key) => `alice namespaces="git" ${key}`],
    ['of a key that is named as an authority', (key) => `alice cert-authority ${key}`],
    ['by a list with a line that is none', (key) => `LOG: started\nalice ${key}`],
    ['by a list with a pattern', (key) => `* ${key}`],
    ['by an empty list', () => '# nobody yet\n'],
  ])('one %s', async (_what, line) => {
    const list = line(await publicKey('ed25519'), await publicKey('rsa'));
    await expect(ask({ signers: list })).rejects.toThrow(refused('approver-not-allowed'));
  });

  test('and nothing is left behind', async () => {
    vi.stubEnv('TMPDIR', await mkdtemp(path('tmp-')));
    await ask({});
    await expect(ask({ signature: 'none' })).rejects.toThrow(refused('approval-signature-invalid'));
    expect(await readdir(tmpdir())).toEqual([]);
    vi.unstubAllEnvs();
  });
});

describe('signing', () => {
  test('asks for a passphrase as the user has set it up, and never hangs where nobody answers', async () => {
    const askpass = path('askpass.sh');
    await writeFile(askpass, '#!/bin/sh\necho "$NOT_FOR_IT"open sesame\n');
    await chmod(askpass, 0o700);
    const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', NOT_FOR_IT: 'not passed on' };
    const signed = await signApproval(text, path('locked'), { env, attended: false });
    const list = `alice ${await publicKey('locked')}`;
    await expect(
      verifyApproval({ payloadText: text, signature: signed, signers: list }),
    ).resolves.toMatchObject({ principal: 'alice' });
    await expect(signApproval(text, path('locked'), UNATTENDED)).rejects.toThrow(refused('signing-failed'));
    await writeFile(askpass, '#!/bin/sh\necho wrong\n');
    await expect(signApproval(text, path('locked'), { env, attended: false })).rejects.toThrow(
      refused('signing-failed'),
    );
  });

  test('asks at the terminal where a person attends', async () => {
    const module = new URL('../../dist/approval/sign.js', import.meta.url).href;
    const program = path('sign.mjs');
    await writeFile(
      program,
      `import { signApproval } from ${JSON.stringify(module)};
       const signed = await signApproval(${JSON.stringify(text)}, ${JSON.stringify(path('locked'))}, { env: {}, attended: true });
       console.log(signed);`,
    );
    const command = `'${process.execPath}' '${program}'`;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { PATH: process.env['PATH'], SHELL: '/bin/sh' },
    });
    let screen = '';
    let asked = 0;
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      screen += more;
      const prompts = screen.split('Enter passphrase').length - 1;
      if (prompts === asked) return;
      asked = prompts;
      child.stdin.write('open sesame\n');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, asked }).toEqual({ code: 0, asked: 1 });
    expect(screen).not.toContain('open sesame');
    const [signed = ''] = /-----BEGIN[\s\S]*END SSH SIGNATURE-----/.exec(screen) ?? [];
    const list = `alice ${await publicKey('locked')}`;
    await expect(
      verifyApproval({ payloadText: text, signature: `${signed.replaceAll('\r\n', '\n')}\n`, signers: list }),
    ).resolves.toMatchObject({ principal: 'alice' });
  });

  test('uses a key that an agent holds, by its public half', async () => {
    const socket = path('agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const ended = once(agent, 'exit');
    try {
      await vi.waitFor(() => expect(existsSync(socket)).toBe(true), { timeout: 10_000 });
      keygen('-q', '-t', 'ed25519', '-N', '', '-f', path('held'));
      const env = { SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', path('held')], { env: { ...process.env, ...env } });
      await unlink(path('held'));
      const signed = await signApproval(text, path('held.pub'), { env, attended: false });
      const list = `alice ${await publicKey('held')}`;
      await expect(
        verifyApproval({ payloadText: text, signature: signed, signers: list }),
      ).resolves.toMatchObject({ principal: 'alice' });
      await expect(signApproval(text, path('held.pub'), UNATTENDED)).rejects.toThrow(
        refused('signing-failed'),
      );
    } finally {
      agent.kill();
      await ended;
    }
  });

  test.each(['missing', 'askpass.sh'])('says what is wrong with the key: %s', async (name) => {
    await writeFile(path('askpass.sh'), 'no key');
    await expect(signApproval(text, path(name), UNATTENDED)).rejects.toThrow(refused('signing-failed'));
    await expect(findApprover(path(name), { as: 'alice', signers: null })).rejects.toThrow(
      refused('signing-failed'),
    );
  });

  test('gives ssh-keygen nothing that changes what it loads or runs, and a display only for an askpass', () => {
    const user = {
      PATH: '/evil',
      LD_PRELOAD: '/evil.so',
      SSH_SK_HELPER: '/evil',
      DISPLAY: ':0',
      HOME: '/home/a',
    };
    const clean = { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: '/home/a' };
    expect(signingEnvironment(user)).toEqual(clean);
    expect(signingEnvironment({ ...user, SSH_ASKPASS: '/usr/bin/ask' })).toEqual({
      ...clean,
      SSH_ASKPASS: '/usr/bin/ask',
      DISPLAY: ':0',
    });
  });
});

describe('the approver', () => {
  const find = async (key: string, as: string | null, list: string | null) => {
    const listed = list === null ? null : parseSigners(list).signers;
    const { fingerprint, ...approver } = await findApprover(path(key), { as, signers: listed });
    expect(fingerprint).toMatch(/^SHA256:[\w+/]{43}$/);
    return approver;
  };

  test('is who the caller says, and the list says whether that is so', async () => {
    expect(await find('ed25519', 'alice', signers)).toEqual({
      principal: 'alice',
      candidates: ['alice'],
      listed: true,
    });
    expect(await find('ed25519', 'bob', signers)).toMatchObject({ principal: 'bob', listed: false });
    expect(await find('ed25519', 'bob', null)).toEqual({ principal: 'bob', candidates: [], listed: null });
  });

  test('else whom the list has for the key; of several one has to be chosen', async () => {
    expect(await find('ed25519', null, signers)).toMatchObject({ principal: 'alice', listed: true });
    const both = `${signers}ops ${await publicKey('ed25519')}`;
    expect(await find('ed25519', null, both)).toEqual({
      principal: null,
      candidates: ['alice', 'ops'],
      listed: null,
    });
  });

  test('else the comment of the key, where that is a name; of a locked key too', async () => {
    expect(await find('rsa', null, null)).toMatchObject({ principal: 'rsa@example.com', listed: null });
    expect(await find('rsa', null, signers)).toMatchObject({ principal: 'rsa@example.com', listed: false });
    expect(await find('locked', null, null)).toMatchObject({ principal: null, candidates: [] });
  });
});
