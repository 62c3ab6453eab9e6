import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where a test asks for a server of LMDeploy's. */
    readonly warmServers: string;
  }
}

/** What a server is started with. */
export interface Start {
  readonly python: string;
  /** Where the release, and what else it imports, is. */
  readonly paths: readonly string[];
  readonly args: readonly string[];
  /** A file for what it prints. */
  readonly output: string;
}

interface Warm {
  readonly child: ChildProcess;
  start(request: Omit<Start, 'python' | 'paths'>): Promise<number>;
}

/** Keeps each release imported for all test files, from when the first asks for it. Answers with a process id. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const releases = new Map<string, Warm>();
  const server = createServer((request, response) => {
    const answer = async () => {
      const { python, paths, ...rest } = (await json(request)) as Start;
      const key = paths.join(delimiter);
      const warm = releases.get(key) ?? warmUp(python, key);
      releases.set(key, warm);
      response.end(String(await warm.start(rest)));
    };
    answer().catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provide('warmServers', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    await Promise.all([...releases.values()].map(({ child }) => ended(child)));
  };
}

function warmUp(python: string, path: string): Warm {
  const child = spawn(python, [join(import.meta.dirname, 'engine/warm.py')], {
    env: { ...process.env, PYTHONPATH: path, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-4_000);
  });
  const waiting: { resolve: (pid: number) => void; reject: (error: Error) => void }[] = [];
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(Number(line)));
  child.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`LMDeploy can't be imported:\n${said}`));
  });
  child.stdin.on('error', () => undefined);
  return {
    child,
    start: (request) =>
      new Promise((resolve, reject) => {
        if (child.exitCode !== null) return reject(new Error(`LMDeploy can't be imported:\n${said}`));
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('close', () => resolve()).stdin?.end();
  });
}
