// Through the bridge, through one that only reads and writes the body, and straight to the server, in turn: how much later
// does an event come, and does memory grow?
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const PAIRS = 60;
const EVENTS = 2_000;
const LONG_PAIRS = 12;
const FIRST_LIMIT_MS = 2;
const STREAM_LIMIT = 1.05;
const FEW_TURNS = 100;
const MANY_TURNS = 10_000;

const wire = (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const at = { response_id: 'resp_1', item_id: 'msg_1', output_index: 0, content_index: 0 };
const FIRST = wire({
  type: 'response.created',
  response: { id: 'resp_1', status: 'in_progress', output: [] },
});
const LAST = wire({
  type: 'response.completed',
  response: {
    id: 'resp_1',
    status: 'completed',
    output: [],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  },
});
const delta = (number) =>
  wire({ type: 'response.output_text.delta', sequence_number: number, ...at, delta: 'word ' });

/** An LMDeploy as far as the wire is concerned: the model in the request says how many events, and how far apart. */
async function serve() {
  const server = createServer((asked, response) => {
    let body = '';
    asked.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    asked.on('end', () => {
      const [events = 0, pauseMs = 0] = (JSON.parse(body || '{}').model ?? '').split('/').map(Number);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(FIRST);
      let number = 0;
      const go = () => {
        while (number < events) {
          number += 1;
          const isTaken = response.write(delta(number));
          if (pauseMs > 0) return void setTimeout(go, pauseMs);
          if (!isTaken) return void response.once('drain', go);
        }
        response.end(LAST);
      };
      go();
    });
  });
  await new Promise((resolve) => server.listen(Number(process.argv[3]), '127.0.0.1', resolve));
}

/** What no bridge in Node can do without: reads a body whole, parses it, writes it, and pipes the answer. */
async function passOn() {
  const [upstream, port] = process.argv.slice(3).map(Number);
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (asked, response) => {
    const chunks = [];
    for await (const chunk of asked) chunks.push(chunk);
    const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}'));
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const to = { port: upstream, host: '127.0.0.1', path: asked.url, method: 'POST', headers, agent };
    request(to, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }).end(body);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
}

/** One turn: milliseconds to its first event and to its end, and how many events came. */
function turn(port, agent, body) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(
      { port, host: '127.0.0.1', path: '/v1/responses', method: 'POST', headers, agent },
      (response) => {
        let first = null;
        let events = 0;
        response.on('data', (chunk) => {
          first ??= performance.now() - started;
          for (let index = chunk.indexOf('\n\n'); index >= 0; index = chunk.indexOf('\n\n', index + 2))
            events += 1;
        });
        response.on('end', () => resolve({ first, whole: performance.now() - started, events }));
      },
    );
    sent.on('error', reject).end(body);
  });
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** A body as Codex 0.169.0 sends it in its first turn: 40 kB. */
function bodyFor(model) {
  const { body } = JSON.parse(readFileSync(join(ROOT, 'src/codex/first-turn-0.169.0.json'), 'utf8'));
  return JSON.stringify({ ...body, model, stream: true });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = async (port, path) => {
  for (let tries = 0; tries < 200; tries += 1) {
    const isThere = await fetch(`http://127.0.0.1:${port}${path}`).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers on port ${port}`);
};

function memoryOf({ pid }) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function bridgeTo(upstream, port) {
  const options = [`http://127.0.0.1:${upstream}/v1`, '--port', String(port), '--quiet'];
  return spawn(process.execPath, [join(ROOT, 'dist/bin.js'), 'bridge', ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, HOME: '/nowhere', CODEX_HOME: '/nowhere' },
  });
}

async function bench() {
  const [upstream, bridged, bare, fresh] = await Promise.all([1, 2, 3, 4].map(freePort));
  const self = (...args) =>
    spawn(process.execPath, [fileURLToPath(import.meta.url), ...args.map(String)], { stdio: 'inherit' });
  const server = self('serve', upstream);
  const simple = self('pass-on', upstream, bare);
  const bridge = bridgeTo(upstream, bridged);
  // What it holds after a hundred turns would else be what the streams before have left.
  let young = null;
  const say = (text) => process.stdout.write(`${text}\n`);
  let isSlow = false;
  try {
    await answers(upstream, '/health');
    await answers(bridged, '/healthz');
    await answers(bare, '/');
    const agent = new Agent({ keepAlive: true });
    const pair = async (body) => ({
      direct: await turn(upstream, agent, body),
      bridge: await turn(bridged, agent, body),
      bare: await turn(bare, agent, body),
    });
    const pairs = async (count, body) => {
      const seen = [];
      // The first ones warm up.
      for (let index = -5; index < count; index += 1) {
        const one = await pair(body);
        if (one.direct.events !== one.bridge.events) throw new Error('the bridge lost an event');
        if (index >= 0) seen.push(one);
      }
      return seen;
    };
    const short = await pairs(PAIRS, bodyFor('0/0'));
    const more = (way) => median(short.map((one) => one[way].first - one.direct.first));
    const added = more('bridge');
    const base = median(short.map(({ direct }) => direct.first));
    say(
      `first event, 40 kB asked: ${base.toFixed(2)} ms direct, ${added.toFixed(2)} ms more through the bridge (at most ${FIRST_LIMIT_MS}), ${more('bare').toFixed(2)} through one that does nothing`,
    );
    isSlow ||= added > FIRST_LIMIT_MS;
    for (const [name, pauseMs, count, isHeld] of [
      ['an event each millisecond', 1, 4, true],
      ['as fast as it goes', 0, LONG_PAIRS, false],
    ]) {
      const long = await pairs(count, bodyFor(`${EVENTS}/${pauseMs}`));
      const per = (way) => (median(long.map((one) => one[way].whole)) / EVENTS) * 1_000;
      const ratio = median(long.map(({ direct, bridge: through }) => through.whole / direct.whole));
      const held = isHeld ? ` (at most ${STREAM_LIMIT})` : ' (no model is as fast)';
      say(
        `1,000 events, ${name}: ${per('direct').toFixed(1)} ms direct, ${per('bridge').toFixed(1)} ms through it, ratio ${ratio.toFixed(3)}${held}`,
      );
      if (isHeld) isSlow ||= ratio > STREAM_LIMIT;
    }
    bridge.kill();
    young = bridgeTo(upstream, fresh);
    await answers(fresh, '/healthz');
    const body = bodyFor('20/0');
    const many = async (count) => {
      for (let left = count; left > 0; left -= 10)
        await Promise.all(Array.from({ length: Math.min(10, left) }, () => turn(fresh, agent, body)));
      return memoryOf(young);
    };
    const early = await many(FEW_TURNS);
    const late = await many(MANY_TURNS - FEW_TURNS);
    say(`memory: ${early.toFixed(0)} MB after ${FEW_TURNS} turns, ${late.toFixed(0)} MB after ${MANY_TURNS}`);
  } finally {
    bridge.kill();
    young?.kill();
    simple.kill();
    server.kill();
  }
  process.exit(isSlow ? 1 : 0);
}

await ({ serve, 'pass-on': passOn }[process.argv[2]] ?? bench)();
