import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly file: string;
  readonly key: Buffer;
  readonly cert: Buffer;
}

export interface Authority extends Certificate {
  issue(name: string, names?: string, ...extensions: string[]): Certificate;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
export const LOOPBACK = 'DNS:localhost,IP:127.0.0.1,IP:::1';

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function read(folder: string, name: string): Certificate {
  const file = join(folder, `${name}.crt`);
  return { file, key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(file) };
}

/** A certificate that signs itself: an authority's as a rule, a server's with `CA:FALSE`. */
export function selfSigned(folder: string, name: string, ...extensions: string[]): Certificate {
  const [key, file] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  openssl('req', '-x509', ...NEW_KEY, '-keyout', key, '-out', file, '-subj', `/CN=${name}`, ...added);
  return read(folder, name);
}

/** An authority of the test's own. */
export function authority(folder: string, name: string): Authority {
  const own = selfSigned(folder, name, 'keyUsage=critical,keyCertSign,cRLSign');
  return { ...own, issue: (...leaf) => issuedBy(folder, name, ...leaf) };
}

/**
 * A certificate that another one in the folder signs, a server's on this machine unless said.
 *
 * @param names as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`; empty for a common name alone
 */
export function issuedBy(
  folder: string,
  issuer: string,
  name: string,
  names = LOOPBACK,
  ...extensions: string[]
): Certificate {
  const path = (of: string, ending: string) => join(folder, `${of}.${ending}`);
  openssl(
    ...['req', ...NEW_KEY, '-keyout', path(name, 'key'), '-out', path(name, 'csr'), '-subj', '/CN=localhost'],
  );
  const alternative = names === '' ? [] : [`subjectAltName=${names}`];
  const others = extensions.length > 0 ? extensions : ['basicConstraints=CA:FALSE'];
  writeFileSync(path(name, 'ext'), `${[...alternative, ...others].join('\n')}\n`);
  openssl(
    ...['x509', '-req', '-in', path(name, 'csr'), '-out', path(name, 'crt'), '-extfile', path(name, 'ext')],
    ...['-CA', path(issuer, 'crt'), '-CAkey', path(issuer, 'key'), '-CAcreateserial'],
  );
  return read(folder, name);
}

/** The name under which OpenSSL looks for an authority in a folder. */
export function hashedName({ file }: Certificate): string {
  return `${openssl('x509', '-hash', '-noout', '-in', file).trim()}.0`;
}
