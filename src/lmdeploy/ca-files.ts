import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a system keeps its CA certificates. */
export interface Store {
  readonly file: string | null;
  readonly folders: readonly string[];
}

/** What OpenSSL in Codex 0.169.0 looks through, in this order. */
const OPENSSL_PLACES = [
  '/var/ssl',
  '/usr/share/ssl',
  '/usr/local/ssl',
  '/usr/local/openssl',
  '/usr/local/etc/openssl',
  '/usr/local/share',
  '/usr/lib/ssl',
  '/usr/ssl',
  '/etc/openssl',
  '/etc/pki/ca-trust/extracted/pem',
  '/etc/pki/tls',
  '/etc/ssl',
  '/etc/certs',
  '/opt/etc/ssl',
];

const OPENSSL_FILES = [
  'cert.pem',
  'certs.pem',
  'ca-bundle.pem',
  'cacert.pem',
  'ca-certificates.crt',
  'certs/ca-certificates.crt',
  'certs/ca-root-nss.crt',
  'certs/ca-bundle.crt',
  'CARootCertificates.pem',
  'tls-ca-bundle.pem',
];

/** What rustls in Codex 0.169.0 looks through. */
const RUSTLS_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/ssl/cert.pem',
  '/opt/etc/ssl/certs/ca-certificates.crt',
];
const RUSTLS_FOLDERS = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/** The system's certificates as OpenSSL finds them: the first file and the first folder that are there. */
export function opensslStore(): Store {
  const files = OPENSSL_PLACES.flatMap((place) => OPENSSL_FILES.map((name) => join(place, name)));
  const folder = OPENSSL_PLACES.map((place) => join(place, 'certs')).find(existsSync);
  return { file: files.find(existsSync) ?? null, folders: folder === undefined ? [] : [folder] };
}

/** The system's certificates as rustls finds them: the first file, and every folder. */
export function rustlsStore(): Store {
  return { file: RUSTLS_FILES.find(existsSync) ?? null, folders: RUSTLS_FOLDERS.filter(existsSync) };
}

/**
 * The certificates of a PEM file, each in PEM, plain ones and OpenSSL's `TRUSTED` ones; keys and CRLs are passed over.
 *
 * @throws Error for a file that can't be read, or in which one of them is broken
 */
export async function certificatesIn(path: string): Promise<string[]> {
  return pemBlocks(await readFile(path, 'utf8')).map((block) => new X509Certificate(block).toString());
}

/** The same without the broken ones and the `TRUSTED` ones; a file that can't be read has none. */
export async function soundCertificatesIn(path: string): Promise<string[]> {
  const blocks = pemBlocks(await readFile(path, 'utf8').catch(() => ''));
  return blocks
    .filter((block) => block.startsWith('-----BEGIN CERTIFICATE'))
    .flatMap((block) => {
      try {
        return [new X509Certificate(block).toString()];
      } catch {
        return [];
      }
    });
}

/** The files of a folder; none where there is no such folder. */
export async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
}

/** A block that does not end runs to the end of the text, where it is a broken one. */
function pemBlocks(text: string): string[] {
  return (
    text.match(
      /-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]*?(-----END (TRUSTED )?CERTIFICATE-----|$(?![\s\S]))/g,
    ) ?? []
  );
}
