import { describe, expect, onTestFinished, test } from 'vitest';
import { askAt, behindBridge } from '../../src/bridge/behind.js';
import { startBridge } from '../../src/bridge/server.js';
import { parseFlags } from '../../src/options.js';
import { settle } from '../../src/settings.js';
import { VERSION } from '../../src/version.js';
import { context, scratch } from '../cli.js';
import { closedPort, httpServer } from '../sockets.js';

const SERVER = 'http://gpu1:23333/v1';

async function bridge() {
  const its = context({ home: await scratch() }).context;
  const running = await startBridge(its, { upstream: SERVER, model: null, port: 0 });
  onTestFinished(() => running.close());
  return { its, running };
}

const settingsFor = (address: string) => settle(parseFlags('doctor', {}, address), {}, null);

test('a bridge says who it is and where it leads', async () => {
  const { its, running } = await bridge();
  expect(await askAt(its, running.baseUrl)).toMatchObject({
    state: 'running',
    version: VERSION,
    upstream: SERVER,
  });
});

describe('no bridge', () => {
  test.each([
    ['nothing in JSON', 'hello'],
    ['another program', '{"status":"ok"}'],
    ['an upstream that is no address', `{"bridge":"codex-lmdeploy","version":"1","upstream":"file:///etc"}`],
    [
      'an upstream with a key in it',
      `{"bridge":"codex-lmdeploy","version":"1","upstream":"http://u:p@x/v1"}`,
    ],
  ])('%s', async (_, text) => {
    const root = await httpServer((_request, response) => response.end(text));
    const its = context({ home: await scratch() }).context;
    expect(await askAt(its, `${root}/v1`)).toEqual({ state: 'other' });
    const settings = settingsFor(root);
    expect(await behindBridge(its, settings, () => undefined)).toBe(settings);
  });

  test('nothing that listens', async () => {
    const its = context({ home: await scratch() }).context;
    expect(await askAt(its, `${await closedPort()}/v1`)).toMatchObject({ state: 'no-answer' });
  });

  test('a server elsewhere, on a port of its own, is not asked', async () => {
    const asked: string[] = [];
    const its = context({ home: await scratch() }).context;
    const settings = settingsFor('http://gpu1:23333');
    expect(await behindBridge(its, settings, (line) => asked.push(line))).toBe(settings);
    expect(asked).toEqual([]);
  });
});

test('given for a server, the one behind takes its place', async () => {
  const { its, running } = await bridge();
  const { baseUrl, bridge: found } = await behindBridge(its, settingsFor(running.baseUrl), () => undefined);
  expect(baseUrl).toEqual({ value: SERVER, from: 'flag' });
  expect(found).toEqual({ address: running.baseUrl, server: SERVER });
});
