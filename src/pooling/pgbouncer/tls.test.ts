import { expect, test } from 'vitest';
import { serverTls, type ReachedServer } from './tls.ts';

const PLAIN: ReachedServer = { sslMode: 'prefer', caFile: null, encrypted: false, offered: false };
const CA = '/etc/ours/ca.crt';

test.each<[string, Partial<ReachedServer>, ReturnType<typeof serverTls>]>([
  ['a plain connection may become better', {}, { tls: 'prefer', caFile: null }],
  ['one that was encrypted has to be', { encrypted: true }, { tls: 'require', caFile: null }],
  ['also where nobody asked for it', { sslMode: 'allow', encrypted: true }, { tls: 'require', caFile: null }],
  ['allow is no word of its own', { sslMode: 'allow' }, { tls: 'prefer', caFile: null }],
  ['disable stays where there is none', { sslMode: 'disable' }, { tls: 'disable', caFile: null }],
  ['and not where there is', { sslMode: 'disable', offered: true }, { tls: 'prefer', caFile: null }],
  ['require', { sslMode: 'require', encrypted: true }, { tls: 'require', caFile: null }],
  [
    'require with an authority verifies, as with libpq',
    { sslMode: 'require', caFile: CA },
    { tls: 'verify-ca', caFile: CA },
  ],
  ['verify-ca', { sslMode: 'verify-ca', caFile: CA }, { tls: 'verify-ca', caFile: CA }],
  ['verify-full', { sslMode: 'verify-full', caFile: CA }, { tls: 'verify-full', caFile: CA }],
  [
    'verify-full by the authorities of the system',
    { sslMode: 'verify-full' },
    { tls: 'verify-full', caFile: '/etc/ssl/certs/ca-certificates.crt' },
  ],
])('%s', (_, changes, expected) => {
  expect(serverTls({ ...PLAIN, ...changes })).toEqual(expected);
});
