import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, delimiter } from 'node:path';
import * as tls from 'node:tls';
import type { Environment } from '../context.js';
import {
  certificatesIn,
  filesIn,
  opensslStore,
  rustlsStore,
  type Store,
  soundCertificatesIn,
} from './ca-files.js';

/** What rustls in Codex 0.169.0 offers for TLS 1.2; those of TLS 1.3 are the same everywhere. */
const RUSTLS_CIPHERS = ['ECDSA', 'RSA']
  .flatMap((key) =>
    ['AES256-GCM-SHA384', 'AES128-GCM-SHA256', 'CHACHA20-POLY1305'].map((cipher) => `ECDHE-${key}-${cipher}`),
  )
  .join(':');

/** What is trusted, and which of Codex's two TLS libraries would be at work. */
export interface Trust {
  readonly library: 'openssl' | 'rustls';
  readonly options: TrustOptions;
}

/** TLS options for a client. */
export interface TrustOptions {
  /** One for all connections: to read a system's certificates again for each would cost each a tenth of a second. */
  readonly secureContext: tls.SecureContext;
  readonly checkServerIdentity?: (host: string, peer: tls.PeerCertificate) => Error | undefined;
}

/** The file of CA certificates that a variable names for Codex. */
export interface CaFile {
  readonly variable: 'CODEX_CA_CERTIFICATE' | 'SSL_CERT_FILE';
  readonly path: string;
  /** Its certificates in PEM; null where Codex can't use the file, and goes on without a word as if it were not named. */
  readonly certificates: readonly string[] | null;
  /** Why it can't be used, as the end of a sentence about the file; null where it can. */
  readonly problem: string | null;
}

/** The CA file that Codex 0.169.0 takes: `CODEX_CA_CERTIFICATE`, else `SSL_CERT_FILE`; null where neither is set. */
export async function caFile(env: Environment): Promise<CaFile | null> {
  for (const variable of ['CODEX_CA_CERTIFICATE', 'SSL_CERT_FILE'] as const) {
    const path = env[variable];
    if (path === undefined || path === '') continue;
    try {
      const certificates = await certificatesIn(path);
      return certificates.length > 0
        ? { variable, path, certificates, problem: null }
        : { variable, path, certificates: null, problem: 'holds no certificate in PEM' };
    } catch (error) {
      const { code = '', syscall } = error as NodeJS.ErrnoException;
      const problem = syscall === undefined ? 'holds a broken certificate' : `can't be read (${code})`;
      return { variable, path, certificates: null, problem };
    }
  }
  return null;
}

/**
 * The TLS options with which this program trusts what Codex 0.169.0 trusts, no more and no less: with a CA file rustls,
 * which adds it to the system's certificates; without one OpenSSL. `ca` is always given, so what Node would trust by
 * itself, NODE_EXTRA_CA_CERTS among it, does not count. On macOS and Windows, where Codex asks the system (not
 * measured), Node does so from 22.15; before that the list that comes with Node stands in.
 */
export async function trust(env: Environment, platform: NodeJS.Platform): Promise<Trust> {
  const file = await caFile(env);
  if (!file?.certificates)
    return { library: 'openssl', options: { secureContext: trusting(await opensslRoots(env, platform)) } };
  const anchors = [...new Set([...file.certificates, ...(await rustlsRoots(env, platform))])];
  return {
    library: 'rustls',
    options: {
      // An intermediate certificate alone is enough for rustls.
      secureContext: trusting(anchors, { ciphers: RUSTLS_CIPHERS, allowPartialTrustChain: true }),
      checkServerIdentity: (host, peer) => strictIdentity(host, peer, anchors),
    },
  };
}

interface ContextOptions extends tls.SecureContextOptions {
  /** From Node 20.18 on. */
  readonly allowPartialTrustChain?: boolean;
}

/** @param ca certificates in PEM; no others are trusted */
function trusting(ca: string[], options: ContextOptions = {}): tls.SecureContext {
  return tls.createSecureContext({ ...options, ca });
}

/** OpenSSL: a file, and folders of hashed names; what a variable names replaces the system's if it is there. */
async function opensslRoots(env: Environment, platform: NodeJS.Platform): Promise<string[]> {
  if (platform === 'darwin' || platform === 'win32') return platformRoots();
  const [file = '', folders = ''] = [env['SSL_CERT_FILE'], env['SSL_CERT_DIR']];
  const system = opensslStore();
  return gather(
    {
      file: existsSync(file) ? file : system.file,
      folders: [...folders.split(delimiter), ...(existsSync(folders) ? [] : system.folders)],
    },
    (name) => /^[0-9a-f]{8}\.\d+$/.test(name),
    (path) => certificatesIn(path).catch(() => []),
  );
}

/** rustls: one variable that is set, be it empty, replaces all of the system's; in a folder every file counts. */
async function rustlsRoots(env: Environment, platform: NodeJS.Platform): Promise<string[]> {
  const [file, folders] = [env['SSL_CERT_FILE'], env['SSL_CERT_DIR']];
  const isNamed = file !== undefined || folders !== undefined;
  if (!isNamed && (platform === 'darwin' || platform === 'win32')) return platformRoots();
  const named = { file: file ?? null, folders: (folders ?? '').split(delimiter) };
  return gather(isNamed ? named : rustlsStore(), () => true, soundCertificatesIn);
}

async function gather(
  store: Store,
  counts: (name: string) => boolean,
  read: (path: string) => Promise<string[]>,
): Promise<string[]> {
  const inFolders = await Promise.all(store.folders.filter(Boolean).map(filesIn));
  const files = [store.file ?? '', ...inFolders.flat().filter((path) => counts(basename(path)))];
  return [...new Set((await Promise.all(files.filter(Boolean).map(read))).flat())];
}

function platformRoots(): string[] {
  const ask = (tls as { getCACertificates?: (type: 'system') => string[] }).getCACertificates;
  return ask?.('system') ?? [...tls.rootCertificates];
}

/** What rustls asks of a server's certificate beyond what OpenSSL does. */
function strictIdentity(
  host: string,
  peer: tls.PeerCertificate,
  anchors: readonly string[],
): Error | undefined {
  const certificate = new X509Certificate(peer.raw);
  if (certificate.ca) return refusal('CERT_IS_A_CA_ITSELF');
  if (certificate.subjectAltName === undefined) return refusal('CERT_WITHOUT_ALTERNATIVE_NAME');
  const isAnchor = anchors.includes(certificate.toString());
  if (isAnchor && certificate.issuer !== certificate.subject) return refusal('CERT_NAMED_IN_PLACE_OF_ITS_CA');
  return tls.checkServerIdentity(host, peer);
}

function refusal(code: string): Error {
  return Object.assign(new Error(code), { code });
}
