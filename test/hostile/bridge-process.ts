import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moduleOf } from '../../build/from-source.mjs';
import { apiRoot } from '../../src/lmdeploy/address.js';
import { once } from '../../src/once.js';
import { ROOT } from '../cli.js';
import { folder, later } from './ground.js';
import { envOf, type Row } from './row.js';

interface Reply {
  readonly id: number;
  readonly baseUrl?: string;
  readonly peakMb?: number;
  readonly error?: string;
}

/** A process of its own in which bridges run. */
export interface BridgeProcess {
  /** A bridge before a row's server. Gives its `/v1` root. */
  before(row: Row): Promise<string>;
  /** The most memory that the process has held, in MB. */
  peakMb(): Promise<number>;
  /** How the process ended; null while it runs. */
  ended(): string | null;
}

const bridgeModule = once(async () => {
  const path = join(await folder(), 'bridge.mjs');
  await writeFile(path, await moduleOf('bridge/server.ts', 'context.ts'));
  return path;
});

export async function bridgeProcess(): Promise<BridgeProcess> {
  const child = fork(join(ROOT, 'test/hostile/bridge-child.mjs'), [await bridgeModule()], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  later(() => child.kill('SIGKILL'));
  let last = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      last = (last + chunk.toString('utf8')).slice(-2_000);
    });
  const waiting = new Map<number, (reply: Reply) => void>();
  let count = 0;
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));
  child.on('exit', (code, signal) => {
    for (const answer of waiting.values()) answer({ id: 0, error: `ended with ${signal ?? code}: ${last}` });
  });
  const ask = async (question: object): Promise<Reply> => {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the bridge's process ended: ${last}`);
    count += 1;
    const id = count;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, ...question });
    });
    waiting.delete(id);
    if (reply.error !== undefined) throw new Error(`the bridge's process: ${reply.error}`);
    return reply;
  };
  return {
    async before(row) {
      const env = { PATH: '/nowhere', ...(await envOf(row)) };
      return (await ask({ upstream: apiRoot(await row.serve()), env })).baseUrl ?? '';
    },
    async peakMb() {
      return (await ask({})).peakMb ?? Number.NaN;
    },
    ended: () => (child.exitCode === null && child.signalCode === null ? null : last),
  };
}
