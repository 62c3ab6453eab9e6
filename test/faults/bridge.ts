import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startBridge } from '../../src/bridge/server.js';
import { context } from '../cli.js';
import { closedPort, httpServer } from '../sockets.js';
import { apply, type Machine } from './machine.js';

/** Has `init` lead Codex to a bridge on the port of an address. */
async function bridgedTo(root: string, the: Machine): Promise<void> {
  await apply(`codex-lmdeploy init ${the.server.baseUrl} --bridge ${new URL(root).port}`, the);
}

/** The same on a free port, where nothing runs yet. */
export async function bridged(the: Machine): Promise<string> {
  const root = await closedPort();
  await bridgedTo(root, the);
  return root;
}

/** A bridge that runs where the config leads, to the machine's server unless said. */
export async function throughBridge(the: Machine, upstream = the.server.baseUrl): Promise<void> {
  const port = Number(new URL(await bridged(the)).port);
  const its = context({ home: join(the.folder, 'home') }).context;
  const bridge = await startBridge(its, { upstream, model: null, port });
  onTestFinished(() => bridge.close());
}

/** Something that answers every request with one text where the config has a bridge. */
export async function standsThere(the: Machine, text: (upstream: string) => string): Promise<void> {
  await bridgedTo(await httpServer((_, response) => response.end(text(the.server.baseUrl))), the);
}
