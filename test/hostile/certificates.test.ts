import { describe, expect, test } from 'vitest';
import { initDocument } from '../../src/documents.js';
import { initProcess } from './process.js';
import { envOf, type Row, refusedAlone } from './row.js';
import { CERTIFICATES, GOOD_CERTIFICATE } from './rows/certificates.js';

// Trust comes from the environment of a process.
describe.concurrent('a server with a certificate of a trusted CA', () => {
  test.each(CERTIFICATES)('$name', async ({ words, ...row }) => {
    refusedAlone(await through(row), 'server-unreachable', words);
  });

  test(GOOD_CERTIFICATE.name, async () => {
    const ran = await through(GOOD_CERTIFICATE);
    expect(ran).toMatchObject({ code: 0, wrote: true });
    const { server } = initDocument.parse(JSON.parse(ran.stdout));
    expect(server?.responses).toMatchObject({ answers: true, streams: true, toolCall: true });
  });
});

async function through(row: Row) {
  return initProcess(await row.serve(), await envOf(row));
}
