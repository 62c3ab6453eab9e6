import { createServer } from 'node:https';
import { relay } from '../front.js';
import { listening } from '../ground.js';
import type { Row } from '../row.js';
import { CA_FILE, certificate } from '../tls.js';

/** A whole LMDeploy behind a certificate of a CA that the environment names. */
function behind(name: Parameters<typeof certificate>[0], options: object = {}): Omit<Row, 'name'> {
  return {
    serve: async () =>
      listening(
        createServer({ ...(await certificate(name)), ...options }, await relay(() => false)),
        'https',
      ),
    env: { CODEX_CA_CERTIFICATE: CA_FILE },
  };
}

/** Certificates that are no good, and the words that say why. */
export const CERTIFICATES: readonly (Row & { words: RegExp })[] = [
  { name: 'that has expired', ...behind('expired'), words: /certificate of .* has expired/ },
  { name: 'that is not valid yet', ...behind('early'), words: /certificate of .* is not valid yet/ },
  {
    name: 'for another host',
    ...behind('elsewhere'),
    words: /certificate of .* is made out to another name/,
  },
  // Node 20 closes the connection without a word.
  {
    name: 'that wants one in return',
    ...behind('good', { requestCert: true }),
    words: /closed the connection/,
  },
];

export const GOOD_CERTIFICATE: Row = { name: 'that is good', ...behind('good') };
