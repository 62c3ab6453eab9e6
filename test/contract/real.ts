import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { inject } from 'vitest';
import { ROOT } from '../cli.js';
import releases from './releases.json' with { type: 'json' };
import type { Start } from './warm.js';

export type Release = (typeof releases)[number];
export const NEWEST: Release = releases[0] as Release;
/** What `npm run watch:upstream -- --try` asks about, as if it were the newest. */
const tried = process.env['CONTRACT_TRY'];
/** Every release of LMDeploy that the suite holds us against, the newest first. */
export const RELEASES: readonly Release[] =
  tried === undefined ? releases : [{ ...NEWEST, release: tried, lmdeploy: tried }];

/** Where `npm run contract:setup` puts things. */
export const CONTRACT = join(ROOT, '.contract');
const PYTHON = join(CONTRACT, 'venv/bin/python');
/** A tokenizer trained on these needs 4.6 bytes a token for Codex's prompt, 1.5 for `ls -l`; Qwen3's 4.8 and 1.7. */
const VOCABULARY = ['first-turn-0.169.0.json', 'compact-prompt.ts'].map((name) =>
  join(ROOT, 'src/codex', name),
);
/** Some seconds; with two suites beside it, minutes. */
const START_LIMIT_MS = 170_000;
const OUTPUT_SHOWN = 4_000;

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

export interface Running {
  /** The `/v1` root. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

export interface Real extends Running {
  /** Its process. */
  readonly pid: number;
  /** The prompts that reached the engine, with their lengths in tokens and the LoRA adapter; null: the model itself. */
  prompts(): { tokens: number; adapter: string | null; prompt: string }[];
}

/** Starts LMDeploy's own serving layer of one release, with the scripted engine. */
export async function startReal({ lmdeploy, openai }: Release, options: RealOptions = {}): Promise<Real> {
  if (!existsSync(PYTHON)) throw new Error('LMDeploy is not installed here: npm run contract:setup');
  const port = options.port ?? (await freePort());
  const log = join(CONTRACT, `prompts-${port}.jsonl`);
  const output = join(CONTRACT, `server-${port}.log`);
  const paths = [...(openai === 'old' ? ['openai-old'] : []), `lmdeploy-${lmdeploy}`].map((name) =>
    join(CONTRACT, name),
  );
  const args = ['--port', String(port), '--log', log];
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
  const pid = await startWarm({ python: PYTHON, paths, args, output });
  const root = `http://127.0.0.1:${port}`;
  const isAlive = () => isRunning(pid);
  const close = async () => {
    if (isAlive()) process.kill(pid, 'SIGKILL');
    while (isAlive()) await tick(20);
    for (const file of [log, output]) rmSync(file, { force: true });
  };
  await answers(`${root}/health`, { isAlive, close, said: () => readFileSync(output, 'utf8') });
  return {
    baseUrl: `${root}/v1`,
    pid,
    prompts: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    close,
  };
}

/** Has a server forked off a process that has imported its release. */
async function startWarm(start: Start): Promise<number> {
  const response = await fetch(inject('warmServers'), { method: 'POST', body: JSON.stringify(start) });
  if (!response.ok) throw new Error(await response.text());
  return Number(await response.text());
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** `lmdeploy serve proxy` in front of a server. */
export async function startRealProxy({ lmdeploy }: Release, node: string): Promise<Running> {
  const port = await freePort();
  const script = `import sys; sys.argv = ['lmdeploy', 'serve', 'proxy', '--server-name', '127.0.0.1', '--server-port', '${port}']
from lmdeploy.cli import run; run()`;
  const child = spawn(PYTHON, ['-c', script], {
    env: { ...process.env, PYTHONPATH: join(CONTRACT, `lmdeploy-${lmdeploy}`), PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output = (output + text).slice(-OUTPUT_SHOWN);
    });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const root = `http://127.0.0.1:${port}`;
  await answers(`${root}/v1/models`, { isAlive: () => child.exitCode === null, close, said: () => output });
  const added = await fetch(`${root}/nodes/add`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: node.replace(/\/v1$/, '') }),
  });
  if (!added.ok) throw new Error(`the proxy did not take the node: ${await added.text()}`);
  return { baseUrl: `${root}/v1`, close };
}

interface Starting {
  readonly isAlive: () => boolean;
  readonly close: () => Promise<void>;
  /** What it has printed. */
  readonly said: () => string;
}

/** Waits until something answers at an address. */
async function answers(address: string, { isAlive, close, said }: Starting): Promise<void> {
  const until = Date.now() + START_LIMIT_MS;
  const isThere = () =>
    fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isThere())) {
    if (!isAlive() || Date.now() > until) {
      const why = said().slice(-OUTPUT_SHOWN);
      await close();
      throw new Error(`LMDeploy did not start:\n${why}`);
    }
    await tick(100);
  }
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
