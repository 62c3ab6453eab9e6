import { rm } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOG_ENTRY } from '../catalog.js';
import { http } from '../hostile/front.js';
import { listening } from '../hostile/ground.js';
import { CA_FILE, certificate } from '../hostile/tls.js';
import { throughBridge } from './bridge.js';
import { passOn } from './gateway.js';
import { apply, findings, type Machine, MODEL, machine, type Setup } from './machine.js';
import { thinking } from './rows/launch.js';

/** A machine on which Codex works, and what it is warned about all the same. */
interface Healthy extends Setup {
  readonly what: string;
  /** What `init` is told beside the address; null: the config was written by hand. */
  readonly init: string | null;
  readonly set?: (machine: Machine) => Promise<unknown> | unknown;
  readonly warns: readonly string[];
}

/** Without a catalog Codex takes the model for one that sees. */
const NO_CATALOG = ['codex.images'];
/** How Qwen3.5 is to be served. */
const RIGHT = { toolCallParser: 'qwen3coder', reasoningParser: true };

const HEALTHY: readonly Healthy[] = [
  { what: 'as init leaves it', init: '', warns: NO_CATALOG },
  {
    what: "as LMDeploy's guide has it, written by hand",
    init: null,
    set: (the) => the.edit('[features]\nview_image = false\n', ''),
    warns: NO_CATALOG,
  },
  {
    what: 'with a catalog',
    init: null,
    set: async (the) => {
      await the.write('home/catalog.json', JSON.stringify({ models: [CATALOG_ENTRY] }));
      const config = the.config.replace('[features]\nview_image = false\n', '');
      await the.write('home/config.toml', `model_catalog_json = "catalog.json"\n${config}`);
    },
    warns: [],
    real: true,
  },
  {
    what: 'through a bridge, with MCP servers and an effort that the release refuses',
    init: null,
    server: { release: '0.17' },
    set: async (the) => {
      await throughBridge(the);
      const mcp = '[mcp_servers.github]\ncommand = "true"\n';
      await the.rewrite('home/config.toml', 'model = ', 'model_reasoning_effort = "max"\nmodel = ');
      await the.rewrite('home/config.toml', '[features]', `${mcp}\n[features]`);
    },
    warns: [],
    real: true,
  },
  { what: 'a profile', init: '--profile', warns: [], real: true },
  {
    what: 'a profile with all that can be asked for',
    init: '--profile --prompt compact',
    warns: [],
    real: true,
  },
  { what: 'config.toml with the same', init: '--catalog --lean --prompt compact', warns: [], real: true },
  { what: 'a profile by another name', init: '--profile gpu', warns: [], real: true },
  { what: 'a provider by another id', init: '--provider-id mine', warns: NO_CATALOG },
  {
    what: 'no key, and no variable for one',
    init: '--no-env-key',
    set: (the) => {
      delete the.env['LMDEPLOY_API_KEY'];
    },
    warns: NO_CATALOG,
  },
  { what: 'a key that the server wants', init: '', server: { apiKeys: ['dummy'] }, warns: NO_CATALOG },
  {
    what: 'a key in another variable',
    init: '--env-key GPU_KEY',
    server: { apiKeys: ['right'] },
    set: (the) => {
      the.env['GPU_KEY'] = 'right';
    },
    warns: NO_CATALOG,
  },
  {
    what: 'a key that a command gives',
    init: null,
    server: { apiKeys: ['right'] },
    set: (the) => the.edit('env_key = "LMDEPLOY_API_KEY"', 'auth = { command = "printf", args = ["right"] }'),
    warns: [],
    real: true,
  },
  {
    what: 'https, with a CA of the house',
    init: '',
    set: async (the) => {
      const server = createTlsServer(await certificate('good'), passOn(the.server.baseUrl));
      the.env['CODEX_CA_CERTIFICATE'] = CA_FILE;
      the.args = [await listening(server, 'https')];
    },
    warns: NO_CATALOG,
  },
  {
    what: 'below a path of a gateway',
    init: '',
    set: async (the) => {
      const pass = passOn(the.server.baseUrl);
      const gateway = await http((incoming, response) => {
        incoming.url = incoming.url?.replace(/^\/llm\//, '/') ?? '';
        pass(incoming, response);
      });
      the.args = [`${gateway}/llm/v1`];
    },
    warns: NO_CATALOG,
  },
  { what: 'an IPv6 address', init: '', server: { host: '::1' }, warns: NO_CATALOG },
  {
    what: 'a LoRA adapter as the model',
    init: '--model style',
    server: { models: [MODEL, 'style'] },
    warns: NO_CATALOG,
  },
  {
    what: 'a model that is served by its path',
    init: '',
    server: { models: ['/models/Qwen3.5-35B-A3B'] },
    warns: NO_CATALOG,
  },
  { what: 'a model that thinks', init: '', server: RIGHT, speaks: thinking, warns: NO_CATALOG },
  {
    what: 'a model that thinks, as a profile',
    init: '--profile',
    server: RIGHT,
    speaks: thinking,
    warns: [],
    real: true,
  },
  {
    what: 'a window of 32,768',
    init: '',
    server: { contextLength: 32_768 },
    warns: NO_CATALOG,
  },
  ...(['0.18', '0.17', '0.16', '0.15', '0.14'] as const).flatMap((release): Healthy[] => {
    const old = release === '0.18' ? [] : ['server.release'];
    return [
      {
        what: `LMDeploy ${release}, with a parser that streams {} for a call without arguments`,
        init: '',
        server: { ...RIGHT, release },
        speaks: thinking,
        warns: [...old, ...NO_CATALOG],
      },
      {
        what: `LMDeploy ${release}, with one that streams nothing for it`,
        init: '',
        server: { release, toolCallParser: 'qwen3' },
        // init has switched goals off; what is left are the tools of MCP servers.
        warns: [...old, ...(release === '0.18' ? [] : ['responses.arguments']), ...NO_CATALOG],
      },
    ];
  }),
];

test.each(HEALTHY)('$what: no failure, and its own warnings', async ({ init, set, warns, ...setup }) => {
  const the = await machine(setup);
  if (init !== null) await rm(join(the.folder, 'home/config.toml'));
  await set?.(the);
  if (init !== null) {
    const [address = the.server.baseUrl] = the.args;
    await apply(`codex-lmdeploy init ${address} ${init}`.trim(), the);
    const [, profile] = /(--profile(?: \w+)?)/.exec(init) ?? [];
    const [, provider] = /(--provider-id \w+)/.exec(init) ?? [];
    the.args = [profile, provider].flatMap((flags) => flags?.split(' ') ?? []);
  }
  const found = await findings(the);
  expect(
    found.map(({ id, status }) => `${status} ${id}`),
    found.map(({ detail }) => detail).join('\n'),
  ).toEqual(warns.map((id) => `warn ${id}`));
});
