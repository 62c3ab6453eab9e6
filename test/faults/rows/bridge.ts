import { closedPort } from '../../sockets.js';
import { bridged, standsThere, throughBridge } from '../bridge.js';
import type { Fault } from '../fault.js';

/** What can be wrong with a bridge that the config leads to. */
export const BRIDGE: readonly Fault[] = [
  {
    what: 'a bridge that does not run',
    set: bridged,
    check: 'bridge.running',
    status: 'fail',
    says: /through a bridge on http:\/\/127\.0\.0\.1:\d+\/v1, and none runs there: Nothing listens/,
    cause: /bridge|127\.0\.0\.1:\d+.*refused|connect/,
  },
  {
    what: 'something else where the bridge should be',
    set: (the) => standsThere(the, () => 'hello'),
    check: 'bridge.running',
    status: 'fail',
    says: /Something else than a bridge of this tool answers/,
    cause: /bridge/,
  },
  {
    what: 'a bridge that leads to another server',
    set: (the) => throughBridge(the, 'http://127.0.0.1:9/v1'),
    check: 'bridge.running',
    status: 'fail',
    says: /leads to http:\/\/127\.0\.0\.1:9\/v1, not to http/,
    cause: /127\.0\.0\.1:9/,
  },
  {
    what: 'a bridge of another version',
    set: (the) =>
      standsThere(the, (upstream) =>
        JSON.stringify({ bridge: 'codex-lmdeploy', version: '0.0.9', upstream, turns: 0 }),
      ),
    check: 'bridge.version',
    status: 'warn',
    says: /is version 0\.0\.9, and this tool is/,
    cause: /0\.0\.9/,
  },
  {
    what: 'a proxy that catches the bridge, and not the server',
    set: async (the) => {
      const named = the.server.baseUrl.replace('127.0.0.1', 'localhost');
      await the.address(named.replace(/\/v1$/, ''));
      the.server = { ...the.server, baseUrl: named };
      await throughBridge(the);
      the.env['HTTP_PROXY'] = await closedPort();
      the.env['NO_PROXY'] = 'localhost';
    },
    check: 'network.proxy',
    status: 'fail',
    says: /^HTTP_PROXY sends what is meant for the bridge on http:\/\/127/,
    cause: /HTTP_PROXY/,
    mends: true,
  },
  {
    what: 'a catalog without the tool that the bridge carries',
    set: async (the) => {
      await throughBridge(the);
      await the.rewrite('home/codex-lmdeploy/catalog.json', '"apply_patch_tool_type": "freeform",', '');
    },
    check: 'catalog.entry',
    status: 'warn',
    says: /does not offer Qwen\/Qwen3\.5-35B-A3B the tool apply_patch/,
    cause: /apply_patch/,
    mends: true,
    real: true,
  },
];
