import { setTimeout } from 'node:timers/promises';
import { Client, type Reply } from '../lmdeploy/client.js';
import type { Terminal } from '../ui/terminal.js';
import type { Examination } from './examination.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const POLL_LIMIT_MS = 5_000;

/**
 * Waits until the server answers: its `/health`, which needs no key, then its list of models. Anything that is an answer
 * of its own ends the wait, a 401 too; what it means is for the checks to say.
 *
 * @returns null when it answers, else what it last came to
 */
export async function waitForServer(
  { context, settings }: Examination,
  seconds: number,
  terminal: Terminal,
): Promise<string | null> {
  const { env, platform, signal } = context;
  const limit = Math.min(POLL_LIMIT_MS, seconds * 1000);
  const client = new Client({
    ...{ baseUrl: settings.baseUrl.value, key: settings.key, env, platform, signal },
    ...{ askTimeoutMs: limit, generateTimeoutMs: limit, log: terminal.trace },
  });
  const until = performance.now() + seconds * 1000;
  const waiting = terminal.progress(`Waiting for ${settings.baseUrl.value}`);
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
      const why = await notReady(client);
      const left = until - performance.now();
      if (why === null || left <= 0) return why;
      terminal.update(`Waiting for ${settings.baseUrl.value}: ${why}`);
      await setTimeout(Math.min(pause, left), undefined, { signal });
    }
  } finally {
    waiting.done();
    await client.close();
  }
}

async function notReady(client: Client): Promise<string | null> {
  return unready(await client.getBeside('/health')) ?? unready(await client.get('/models'));
}

/** 502 to 504: a gateway whose server is not there yet, or an engine that is still loading. */
function unready(reply: Reply): string | null {
  if ('trouble' in reply) return reply.trouble.message;
  const { status } = reply.answer;
  return status >= 502 && status <= 504 ? `it answers ${status}.` : null;
}
