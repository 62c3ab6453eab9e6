import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caFile } from '../../src/lmdeploy/trust.js';
import {
  type Authority,
  authority,
  type Certificate,
  hashedName,
  issuedBy,
  LOOPBACK,
  selfSigned,
} from '../certificates.js';
import { listener } from '../listeners.js';
import { reach } from './reach.js';

// What each row expects is what Codex 0.169.0 does with the same files; test/e2e/network.test.ts asks it.

let folder: string;
let ours: Authority;
let other: Authority;
let server: Certificate;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-ca-'));
  ours = authority(folder, 'ours');
  other = authority(folder, 'other');
  server = ours.issue('server');
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  await writeFile(at('empty'), '');
  await writeFile(at('junk'), 'hello\n');
  await writeFile(at('der'), Buffer.from(String(ours.cert).replace(/-----.*-----|\n/g, ''), 'base64'));
  await writeFile(at('key-only'), ours.key);
  await writeFile(at('with-key'), Buffer.concat([ours.cert, ours.key]));
  await writeFile(at('bundle'), `# ours and another\r\n${other.cert}${ours.cert}`.replaceAll('\n', '\r\n'));
  await writeFile(at('one-broken'), `${ours.cert}${broken}`);
  for (const [name, authority] of [['hashed', ours] as const, ['hashed-other', other] as const]) {
    await mkdir(at(name));
    await copyFile(authority.file, join(at(name), hashedName(authority)));
  }
  await mkdir(at('unhashed'));
  await copyFile(ours.file, join(at('unhashed'), 'ours.pem'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Environments name files of this test by their bare names. */
function withPaths(env: Record<string, string>): Record<string, string> {
  const isBare = (value: string) => value !== '' && !value.startsWith('/');
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, isBare(value) ? at(value) : value]),
  );
}

async function tryServer(tls: ServerOptions, env: Record<string, string>, host = '127.0.0.1') {
  const { port } = await listener({ tls });
  return reach(`https://${host}:${port}/v1`, withPaths(env));
}

const OURS = { CODEX_CA_CERTIFICATE: 'ours.crt' };
const OTHER = { CODEX_CA_CERTIFICATE: 'other.crt' };

test.each<[string, Record<string, string>]>([
  ['turn', OURS],
  ['turn', { SSL_CERT_FILE: 'ours.crt' }],
  ['turn', { SSL_CERT_DIR: 'hashed' }],
  ['tls', {}],
  ['tls', { NODE_EXTRA_CA_CERTS: 'ours.crt' }],
  ['tls', { REQUESTS_CA_BUNDLE: 'ours.crt' }],
  ['tls', { codex_ca_certificate: 'ours.crt' }],
  // One file does not shut out the other, for the second names the system's.
  ['turn', { ...OTHER, SSL_CERT_FILE: 'ours.crt' }],
  ['turn', { ...OURS, SSL_CERT_FILE: 'other.crt' }],
  ['turn', { ...OTHER, SSL_CERT_DIR: 'hashed' }],
  ['turn', { SSL_CERT_FILE: 'other.crt', SSL_CERT_DIR: 'hashed' }],
  ['tls', { ...OTHER, SSL_CERT_DIR: 'hashed-other' }],
  // A folder's names matter to OpenSSL; rustls, which a CA file brings, reads every file.
  ['tls', { SSL_CERT_DIR: 'unhashed' }],
  ['turn', { ...OTHER, SSL_CERT_DIR: 'unhashed' }],
  // A file that is of no use counts as none, without a word.
  ['turn', { CODEX_CA_CERTIFICATE: '', SSL_CERT_FILE: 'ours.crt' }],
  ['turn', { CODEX_CA_CERTIFICATE: '/nowhere.pem', SSL_CERT_FILE: 'ours.crt' }],
  ['tls', { CODEX_CA_CERTIFICATE: '/nowhere.pem' }],
  ['turn', { CODEX_CA_CERTIFICATE: 'bundle' }],
  ['turn', { CODEX_CA_CERTIFICATE: 'with-key' }],
  ['tls', { CODEX_CA_CERTIFICATE: 'one-broken' }],
  ['tls', { SSL_CERT_FILE: 'one-broken' }],
  ['turn', { ...OTHER, SSL_CERT_FILE: 'one-broken' }],
  ['tls', { CODEX_CA_CERTIFICATE: 'server.crt' }],
])('%s with %j', async (expected, env) => {
  expect((await tryServer(server, env)).came).toBe(expected);
});

describe('with a CA file a server has to please rustls, else OpenSSL', () => {
  const tls12 = { maxVersion: 'TLSv1.2' } as const;
  test.each<[string, string, string, () => ServerOptions, string?]>([
    ['a server that sends no intermediate', 'tls', 'tls', () => throughIntermediate(false)],
    ['a server that sends it', 'turn', 'turn', () => throughIntermediate(true)],
    ['a certificate of another host', 'tls', 'tls', () => ours.issue('elsewhere', 'DNS:elsewhere')],
    ['a name only as the common name', 'tls', 'turn', () => ours.issue('common', ''), 'localhost'],
    [
      'a certificate for signing',
      'tls',
      'turn',
      () => ours.issue('signing', LOOPBACK, 'basicConstraints=CA:TRUE'),
    ],
    ['TLS 1.2', 'turn', 'turn', () => ({ ...server, ...tls12 })],
    [
      'TLS 1.2 with CBC ciphers alone',
      'tls',
      'turn',
      () => ({ ...server, ...tls12, ciphers: 'ECDHE-ECDSA-AES128-SHA' }),
    ],
    [
      'TLS 1.1',
      'tls',
      'tls',
      () => ({ ...server, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ],
  ])('%s: %s, %s', async (_, rustls, openssl, tls, host) => {
    const options = tls();
    const came = [
      (await tryServer(options, OURS, host)).came,
      (await tryServer(options, { SSL_CERT_DIR: 'hashed' }, host)).came,
    ];
    expect(came).toEqual([rustls, openssl]);
  });

  function throughIntermediate(sent: boolean): ServerOptions {
    const between = ours.issue('between', 'DNS:between', 'basicConstraints=critical,CA:TRUE');
    const leaf = issuedBy(folder, 'between', 'leaf');
    return { key: leaf.key, cert: sent ? Buffer.concat([leaf.cert, between.cert]) : leaf.cert };
  }

  test('an intermediate is enough as the CA file', async () => {
    const options = throughIntermediate(true);
    expect((await tryServer(options, { CODEX_CA_CERTIFICATE: 'between.crt' })).came).toBe('turn');
  });
});

test('a server that signs for itself: its certificate as the CA file, unless it says CA', async () => {
  const names = `subjectAltName=${LOOPBACK}`;
  const leaf = selfSigned(folder, 'self-leaf', names, 'basicConstraints=critical,CA:FALSE');
  const asAuthority = selfSigned(folder, 'self-ca', names);
  expect((await tryServer(leaf, { CODEX_CA_CERTIFICATE: 'self-leaf.crt' })).came).toBe('turn');
  expect(await tryServer(asAuthority, { CODEX_CA_CERTIFICATE: 'self-ca.crt' })).toMatchObject({
    came: 'tls',
    message: expect.stringContaining('CERT_IS_A_CA_ITSELF'),
  });
});

test.each([
  ['ours.crt', null],
  ['/nowhere.pem', "can't be read (ENOENT)"],
  ['hashed', "can't be read (EISDIR)"],
  ['empty', 'holds no certificate in PEM'],
  ['junk', 'holds no certificate in PEM'],
  ['der', 'holds no certificate in PEM'],
  ['key-only', 'holds no certificate in PEM'],
  ['one-broken', 'holds a broken certificate'],
])('the CA file %s: %s', async (name, problem) => {
  const env = withPaths({ SSL_CERT_FILE: name });
  expect(await caFile(env)).toMatchObject({ variable: 'SSL_CERT_FILE', path: env['SSL_CERT_FILE'], problem });
  expect(await caFile({ ...env, CODEX_CA_CERTIFICATE: at('ours.crt') })).toMatchObject({
    variable: 'CODEX_CA_CERTIFICATE',
  });
});
