import { describe, expect, test } from 'vitest';
import { type BridgeProcess, bridgeProcess } from './bridge-process.js';
import { failedWith, takeTurn, wellFormed } from './codex-turn.js';
import type { Row } from './row.js';
import { CERTIFICATES, GOOD_CERTIFICATE } from './rows/certificates.js';
import { DAMAGED, DYING, MOODY } from './rows/change.js';
import { CONNECTIONS } from './rows/connection.js';
import { HTTP_ANSWERS, ODD_HTTP } from './rows/http.js';
import { ODD_STREAMS } from './rows/odd-stream.js';
import { BROKEN_STREAMS } from './rows/stream.js';
import { REFUSED_TURNS } from './rows/turn.js';

const LIMIT_MB = 200;

// All of them in one process: whatever a server does, the turns of the others go on.
const bridges: BridgeProcess = await bridgeProcess();
const ending = (row: Row) => row.endless === undefined;
const endless = (row: Row) => row.endless === true;

/** A turn of Codex's through a bridge before a row's server. */
async function through(row: Row) {
  return takeTurn(await bridges.before(row));
}

describe.concurrent('through a bridge, a turn to a server that gives no answer', () => {
  test.each(CONNECTIONS.filter(ending))('$name', async ({ words, ...row }) => {
    failedWith(await through(row), words);
  });
});

describe.concurrent('through a bridge, a turn to a server with a certificate', () => {
  test.each(CERTIFICATES)('$name', async ({ words, ...row }) => failedWith(await through(row), words));
  test(GOOD_CERTIFICATE.name, async () => {
    const seen = await through(GOOD_CERTIFICATE);
    wellFormed(seen);
    expect(seen.events.at(-1)?.type).toBe('response.completed');
  });
});

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'answers with no model list': HTTP_ANSWERS,
  'has a stream that Codex can not use': BROKEN_STREAMS.filter(ending),
  'refuses turns': REFUSED_TURNS,
  dies: DYING,
  'answers each request in another way': MOODY,
  'has its answers damaged on their way': DAMAGED,
};

describe.each(Object.entries(ROWS))('through a bridge, a turn to a server that %s', (_, rows) => {
  describe.concurrent('', () => {
    test.each(rows)('$name', async (row) => {
      const baseUrl = await bridges.before(row);
      // Some of them change from request to request.
      for (const turn of [1, 2]) wellFormed(await takeTurn(baseUrl), `turn ${turn}`);
    });
  });
});

describe.concurrent('through a bridge, a turn to a server that is odd and works', () => {
  test.each([...ODD_HTTP, ...ODD_STREAMS])('$name', async (row) => {
    const seen = await through(row);
    wellFormed(seen);
    expect(seen.events.at(-1)?.type).toBe('response.completed');
  });
});

describe.concurrent('through a bridge, a turn that goes on until the client goes away', () => {
  test.each([...CONNECTIONS, ...BROKEN_STREAMS].filter(endless))('$name', async (row) => {
    expect(await takeTurn(await bridges.before(row), 1_500)).toMatchObject({ ended: false });
  });
});

test('after all of that the process runs, and has held less than 200 MB', async () => {
  expect(bridges.ended()).toBeNull();
  wellFormed(await through(GOOD_CERTIFICATE));
  expect(await bridges.peakMb()).toBeLessThan(LIMIT_MB);
});
