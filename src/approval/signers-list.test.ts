import { describe, expect, test } from 'vitest';
import { parseSigners, principalsOf } from './signers-list.ts';

/** Made with ssh-keygen 9.2; the fingerprints are those of `ssh-keygen -l`. */
const ED25519 = {
  key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFQD6R57/PbeHsSP1/Ir0yCmeesxXYh3MV9fZSpM8M8U',
  fingerprint: 'SHA256:YbbV3WSSy2LTpw2GOGBGYphYBDvUXgjEZhqrNqj2IeI',
};
const RSA = {
  key: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC3DXmZEgZqFtkjJM+cOqQw5c8Pq217Y9pedBx/QZwc1amynp4Ax5B/fYiuwDx+kkHGJGNtGXAXRpm+iI/ee1mtIG/O96F4quDV62MltLW1guj0dbCkATClTqNkEy4UTCbK9Ypdl+bZubd57Ylr3rDu/sd1xQ861k0wBdFvzUjQxgIT2uVqWAdW1pxkv4LtNAay5Mz94EcgModLteZvVspIapfWwy5rWKk7Y/qYTZtbsUXaQX+kKHBSFzE2y8TpTDKaWM6BI0tFCbcAoNXCX9bNEBM7GLv5/GJ1L3ZMiT1DwoXeVjmHR5tObg1wyBhHfUlClM6j8q95e1sUud4PYYFRS5NbmHdS/2orBveEMJkqxd1dG49vH13gXCYb7PgFVljrj6qzUP3VZb5ZwXB3LJmd3Mayd4GXvd6RQsX3kNjZ6PwppzWIWMp3LDPJ4IQgVA3MjUHEzHPtItgY4qjKs/PJFD7ytBV5AvuMfD8YiMgadXGKE/0fybrgJ2PUl03JOt0=',
  fingerprint: 'SHA256:uoHj5yW5iE+Px/Kqo33nV77wEDzTxkTH8xpmzGQUeaA',
};
const P384 = {
  key: 'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBF6u/HsXi+b9T3CuQs62HJah6a8NwQWoiPlMUyPpFR3DrIG5OFAuzl/TBw1cbge+HuPA5jHqvhpjaDCZiE+WZuEV/ASuecVcKYtPF5fMbQrs9fhaR7GGiNflQ+Kdzqo4Hg==',
  fingerprint: 'SHA256:MhXtcrwZVKaULF03/EbbZA1dx4QiIEB0JK//VCflMhU',
};

const problemsOf = (text: string) => parseSigners(text).problems;

describe('a list of signers', () => {
  test('names who signs with which key', () => {
    const text = [
      '# who may approve',
      '',
      `alice@example.com ${ED25519.key} alice on her laptop`,
      `bob namespaces="pitstop-approval@v1,git",valid-before="20300101" ${RSA.key}`,
      `\t"carol"\tVALID-AFTER="20250101120000Z"\t${P384.key}`,
      `*@example.com,dave cert-authority ${ED25519.key}`,
    ].join('\n');
    expect(parseSigners(text)).toEqual({
      signers: [
        { principals: ['alice@example.com'], authority: false, fingerprint: ED25519.fingerprint, line: 3 },
        { principals: ['bob'], authority: false, fingerprint: RSA.fingerprint, line: 4 },
        { principals: ['carol'], authority: false, fingerprint: P384.fingerprint, line: 5 },
        { principals: ['*@example.com', 'dave'], authority: true, fingerprint: ED25519.fingerprint, line: 6 },
      ],
      problems: [],
    });
  });

  test('tells whose a key is, authorities apart', () => {
    const text = `alice ${RSA.key}\nops ${RSA.key}\nalice ${RSA.key} again\nca cert-authority ${RSA.key}\n`;
    expect(principalsOf(parseSigners(text).signers, RSA.fingerprint)).toEqual(['alice', 'ops']);
    expect(principalsOf(parseSigners(text).signers, ED25519.fingerprint)).toEqual([]);
  });

  const [type = '', data = ''] = ED25519.key.split(' ');
  test.each<[what: string, line: string]>([
    ['a line of a log', `2026-11-22 10:00:00 UTC LOG: agent ${ED25519.key}`],
    ['a key without a name', ED25519.key],
    ['a name without a key', 'alice'],
    ['a key of an unknown type', `alice ssh-dss ${data}`],
    ['a key of another type than it says', `alice ssh-rsa ${data}`],
    ['a key cut short', `alice ${type} ${data.slice(0, -8)}`],
    ['a key with something after it', `alice ${type} ${data}AAAA`],
    ['a key that is no base64', `alice ${type} ${data.replace('A', '*')}`],
    ['an option of another file', `alice command="sh" ${ED25519.key}`],
    ['an option without its value', `alice valid-before ${ED25519.key}`],
    ['options that end in a comma', `alice cert-authority, ${ED25519.key}`],
    ['a pattern', `* ${ED25519.key}`],
    ['several names', `alice,bob ${ED25519.key}`],
    ['an empty name', `,alice cert-authority ${ED25519.key}`],
    ['a carriage return', `alice ${ED25519.key}\r`],
    ['a NUL', `alice ${ED25519.key}\0`],
    ['a name written right to left', `alice\u202e ${ED25519.key}`],
    ['a comment with control characters', '# \u001b[2J'],
    ['a line without end', `alice ${ED25519.key} ${'x'.repeat(20_000)}`],
  ])('with %s is none', (_what, line) => {
    expect(problemsOf(`bob ${RSA.key}\n${line}\n`)).toEqual([expect.stringMatching(/^line 2: /)]);
  });

  test('has somebody in it', () => {
    expect(problemsOf('')).toEqual(['it names no signer']);
    expect(problemsOf('# nobody\n\n')).toEqual(['it names no signer']);
  });
});
