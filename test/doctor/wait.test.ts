import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, scratch } from '../cli.js';
import { closedPort, httpServer } from '../sockets.js';

const ONLY = ['--only', 'server.reachable'];

test('it waits until the server is there, and then looks', async () => {
  const home = await scratch();
  const address = await closedPort();
  const running = cli(['doctor', address, '--wait', '30', ...ONLY], { home });
  await setTimeout(600);
  const server = await startStandIn({ port: Number(new URL(address).port) });
  onTestFinished(() => server.close());
  expect(await running).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('✓ server.reachable'),
  });
  // Where the program takes longer to load than the server to come, it asks first whether a bridge is there.
  const [first, second] = server.requests.map(({ path }) => path).filter((path) => path !== '/healthz');
  expect([first, second]).toEqual(['/health', '/v1/models']);
});

test('a gateway whose server is not there yet is waited for too; a key that is wanted is an answer', async () => {
  let asked = 0;
  const address = await httpServer((_, response) => {
    asked += 1;
    if (asked < 3) response.writeHead(503).end('loading');
    else response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"no"}');
  });
  const { code } = await cli(['doctor', address, '--wait', ...ONLY], { home: await scratch() });
  expect([code, asked >= 4]).toEqual([0, true]);
});

test('when it runs out: exit code 1, what it waited for, and the checks all the same', async () => {
  const home = await scratch();
  const address = await closedPort();
  const { code, stdout, stderr } = await cli(['doctor', address, '--wait', '1', '--json', ...ONLY], { home });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Waited 1 s for http:\/\/127.*Nothing listens/);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    checks: [{ id: 'server.reachable', status: 'fail' }],
  });
});

test('on a terminal it shows what it waits for', async () => {
  const address = await closedPort();
  const { stderr } = await cli(['doctor', address, '--wait', '1', ...ONLY], {
    home: await scratch(),
    tty: true,
  });
  expect(stderr).toContain(`Waiting for ${address}/v1: Nothing listens`);
});

test.each(['http://127.0.0.1:23333', '127.0.0.1:23333', 'gpu1', '-5', '0', '1.5'])(
  '--wait %s is wrong usage',
  async (value) => {
    const { code, stderr } = await cli(['doctor', `--wait=${value}`], { home: await scratch() });
    expect(code).toBe(2);
    expect(stderr).toContain('put the URL first');
  },
);

test('an address in the place of a profile is wrong usage too', async () => {
  const { code, stderr } = await cli(['doctor', '--profile', '127.0.0.1:23333'], { home: await scratch() });
  expect(code).toBe(2);
  expect(stderr).toContain('put the URL first');
});
