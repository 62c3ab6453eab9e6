import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Linux distributions keep their CA certificates: what OpenSSL in Codex 0.169.0 looks through, in this order. */
const PLACES = [
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

const FILES = [
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

/** The system's own file of CA certificates, or null. */
export function systemFile(): string | null {
  return PLACES.flatMap((place) => FILES.map((name) => join(place, name))).find(existsSync) ?? null;
}

/** The system's own folder of CA certificates, or null. */
export function systemFolder(): string | null {
  return PLACES.map((place) => join(place, 'certs')).find(existsSync) ?? null;
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
