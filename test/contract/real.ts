import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { ROOT } from '../cli.js';
import releases from './releases.json' with { type: 'json' };

export type Release = (typeof releases)[number];
export const NEWEST: Release = releases[0] as Release;
/** What `npm run watch:upstream -- --try` asks about, as if it were the newest. */
const tried = process.env['CONTRACT_TRY'];
/** Every release of LMDeploy that the suite holds us against, the newest first. */
export const RELEASES: readonly Release[] =
  tried === undefined ? releases : [{ ...NEWEST, release: tried, lmdeploy: tried }];

/** Where `npm run contract:setup` puts things. */
export const CONTRACT = join(ROOT, '.contract');
const ENGINE = join(ROOT, 'test/contract/engine/serve.py');
/** A tokenizer trained on these needs 4.6 bytes a token for Codex's prompt, 1.5 for `ls -l`; Qwen3's 4.8 and 1.7. */
const VOCABULARY = ['first-turn-0.169.0.json', 'compact-prompt.ts'].map((name) =>
  join(ROOT, 'src/codex', name),
);
/** Some seconds; with two suites beside it, minutes. */
const START_LIMIT_MS = 170_000;

export interface RealOptions {
  readonly parser?: string;
  readonly reasoningParser?: string;
  readonly apiKeys?: readonly string[];
  readonly sessionLength?: number;
  readonly modelName?: string;
  /** Names of LoRA adapters, which are listed beside the model. */
  readonly adapters?: readonly string[];
  /** Whether tokens are counted about as Qwen3 counts them: Codex's first turn at about 5,900. */
  readonly countsAsQwen?: boolean;
  /** Whether the model thinks before each answer. */
  readonly thinks?: boolean;
  /** Seconds that each token takes. */
  readonly delay?: number;
  /** Any that is free, unless said. */
  readonly port?: number;
}

export interface Real {
  /** The `/v1` root. */
  readonly baseUrl: string;
  /** Its process. */
  readonly pid: number;
  /** The prompts that reached the engine, with their lengths in tokens and the LoRA adapter; null: the model itself. */
  prompts(): { tokens: number; adapter: string | null; prompt: string }[];
  close(): Promise<void>;
}

/** Starts LMDeploy's own serving layer of one release, with the scripted engine. */
export async function startReal({ lmdeploy, openai }: Release, options: RealOptions = {}): Promise<Real> {
  const python = join(CONTRACT, 'venv/bin/python');
  if (!existsSync(python)) throw new Error('LMDeploy is not installed here: npm run contract:setup');
  const port = options.port ?? (await freePort());
  const log = join(CONTRACT, `prompts-${port}.jsonl`);
  const paths = [...(openai === 'old' ? ['openai-old'] : []), `lmdeploy-${lmdeploy}`].map((name) =>
    join(CONTRACT, name),
  );
  const args = [ENGINE, '--port', String(port), '--log', log];
  if (options.parser) args.push('--tool-call-parser', options.parser);
  if (options.reasoningParser) args.push('--reasoning-parser', options.reasoningParser);
  if (options.sessionLength) args.push('--session-len', String(options.sessionLength));
  if (options.modelName) args.push('--model-name', options.modelName);
  if (options.countsAsQwen) args.push('--vocabulary', ...VOCABULARY);
  if (options.thinks) args.push('--thinks');
  if (options.delay) args.push('--delay', String(options.delay));
  if (options.adapters)
    args.push('--adapters', ...options.adapters.map((name) => `${name}=/nowhere/${name}`));
  if (options.apiKeys) args.push('--api-keys', ...options.apiKeys);
  return serve(python, args, paths, port, log);
}

/** `lmdeploy serve proxy` in front of a server. */
export async function startRealProxy({ lmdeploy }: Release, node: string): Promise<Real> {
  const port = await freePort();
  const script = `import sys; sys.argv = ['lmdeploy', 'serve', 'proxy', '--server-name', '127.0.0.1', '--server-port', '${port}']
from lmdeploy.cli import run; run()`;
  const python = join(CONTRACT, 'venv/bin/python');
  const proxy = await serve(
    python,
    ['-c', script],
    [join(CONTRACT, `lmdeploy-${lmdeploy}`)],
    port,
    '',
    '/v1/models',
  );
  const added = await fetch(proxy.baseUrl.replace(/\/v1$/, '/nodes/add'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: node.replace(/\/v1$/, '') }),
  });
  if (!added.ok) throw new Error(`the proxy did not take the node: ${await added.text()}`);
  return proxy;
}

async function serve(
  python: string,
  args: string[],
  paths: string[],
  port: number,
  log: string,
  ready = '/health',
): Promise<Real> {
  const child = spawn(python, args, {
    env: {
      ...process.env,
      PYTHONPATH: paths.join(delimiter),
      HF_HUB_OFFLINE: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output = (output + text).slice(-4_000);
    });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const root = `http://127.0.0.1:${port}`;
  const until = Date.now() + START_LIMIT_MS;
  while (
    !(await fetch(root + ready).then(
      (response) => response.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`LMDeploy did not start (${paths.at(-1)}):\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    baseUrl: `${root}/v1`,
    pid: child.pid as number,
    prompts: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    async close() {
      child.kill('SIGKILL');
      await ended;
      rmSync(log, { force: true });
    },
  };
}

/** How many ports each of the test files that run side by side has for itself. */
const PORTS = 2_000;

/**
 * Below the ports that a system gives away by itself, and apart from those of the other test files: between this look
 * and the start some seconds pass, and no other process may take it.
 */
async function freePort(): Promise<number> {
  const lane = (Number(process.env['VITEST_POOL_ID'] ?? 0) % 5) * PORTS;
  for (;;) {
    const port = 20_000 + lane + Math.floor(Math.random() * PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
