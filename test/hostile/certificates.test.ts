import { createServer } from 'node:https';
import { describe, expect, test } from 'vitest';
import { initDocument } from '../../src/documents.js';
import { relay } from './front.js';
import { listening } from './ground.js';
import { initProcess } from './process.js';
import { refusedAlone } from './row.js';
import { CA_FILE, certificate } from './tls.js';

interface Row {
  readonly name: string;
  readonly file: Parameters<typeof certificate>[0];
  readonly options?: object;
  readonly words: RegExp;
}

const ROWS: readonly Row[] = [
  { name: 'that has expired', file: 'expired', words: /certificate of .* has expired/ },
  { name: 'that is not valid yet', file: 'early', words: /certificate of .* is not valid yet/ },
  { name: 'for another host', file: 'elsewhere', words: /certificate of .* is made out to another name/ },
  // Node 20 closes the connection without a word.
  {
    name: 'that wants one in return',
    file: 'good',
    options: { requestCert: true },
    words: /closed the connection/,
  },
];

// Trust comes from the environment of a process.
describe.concurrent('a server with a certificate of a trusted CA', () => {
  test.each(ROWS)('$name', async ({ file, options, words }) => {
    refusedAlone(await through(file, options), 'server-unreachable', words);
  });

  test('that is good', async () => {
    const ran = await through('good');
    expect(ran).toMatchObject({ code: 0, wrote: true });
    const { server } = initDocument.parse(JSON.parse(ran.stdout));
    expect(server?.responses).toMatchObject({ answers: true, streams: true, toolCall: true });
  });
});

async function through(name: Parameters<typeof certificate>[0], options: object = {}) {
  const server = createServer({ ...(await certificate(name)), ...options }, await relay(() => false));
  return initProcess(await listening(server, 'https'), { CODEX_CA_CERTIFICATE: CA_FILE });
}
