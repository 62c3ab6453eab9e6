import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../cli.js';
import { closedPort } from '../sockets.js';
import { type Fault, hold } from './fault.js';
import { findings, type Machine, machine } from './machine.js';

const dead = async () => `${await closedPort()}/v1`;

/** A project above the working directory, which the user trusts. */
async function project(the: Machine, lines: string): Promise<void> {
  the.cwd = join(the.folder, 'work/deep');
  await the.write('work/deep/.keep', '');
  await the.write('work/.git/HEAD', '');
  await the.write('work/.codex/config.toml', lines);
  await the.append(`[projects."${join(the.folder, 'work')}"]\ntrust_level = "trusted"`);
}

/** An entry with which Codex 0.169.0 starts. */
const entry = {
  slug: 'Qwen/Qwen3.5-35B-A3B',
  display_name: 'Qwen',
  description: null,
  supported_reasoning_levels: [],
  shell_type: 'default',
  visibility: 'list',
  supported_in_api: true,
  priority: 0,
  truncation_policy: { mode: 'bytes', limit: 10_000 },
  context_window: 131_072,
  input_modalities: ['text'],
  support_verbosity: false,
  supports_parallel_tool_calls: true,
  supports_reasoning_summaries: false,
  experimental_supported_tools: [],
  base_instructions: 'You are Codex.',
};

const FAULTS: readonly Fault[] = [
  {
    what: 'a string that does not end',
    set: (the) => the.edit('model = "Qwen/Qwen3.5-35B-A3B"', 'model = "Qwen'),
    check: 'config.syntax',
    status: 'fail',
    says: /home\/config\.toml:1:\d+/,
    real: true,
  },
  {
    what: 'a profile that is no TOML, over a sound config.toml',
    set: async (the) => {
      the.args = ['--profile', 'gpu'];
      await the.write('home/gpu.config.toml', 'model = "m"\nmodel = "n"\n');
    },
    check: 'config.syntax',
    status: 'fail',
    says: /gpu\.config\.toml:2:\d+/,
  },
  {
    what: 'a sound profile over a config.toml that is no TOML',
    set: async (the) => {
      the.args = ['--profile', 'gpu'];
      await the.write('home/gpu.config.toml', the.config);
      await the.write('home/config.toml', 'model = \n');
    },
    check: 'config.syntax',
    status: 'fail',
    says: /home\/config\.toml:1:\d+/,
  },
  {
    what: 'no provider is selected',
    set: (the) => the.edit('model_provider = "lmdeploy"', ''),
    check: 'config.provider',
    status: 'fail',
    says: /config\.toml selects no model_provider/,
    mends: true,
    real: true,
  },
  {
    what: "Codex's own provider is selected",
    set: (the) => the.edit('model_provider = "lmdeploy"', 'model_provider = "openai"'),
    check: 'config.provider',
    status: 'fail',
    says: /"openai", which is Codex's own/,
    mends: true,
  },
  {
    what: 'a provider is selected whose block is missing',
    set: (the) => the.edit('[model_providers.lmdeploy]', '[model_providers.lmdeploi]'),
    check: 'config.provider',
    status: 'fail',
    says: /no \[model_providers\.lmdeploy\]/,
    mends: true,
    real: true,
  },
  {
    what: 'a base_url without /v1',
    set: (the) => the.edit(the.server.baseUrl, the.server.baseUrl.replace('/v1', '')),
    check: 'config.provider',
    status: 'fail',
    says: /not the \/v1 root http:\/\/127\.0\.0\.1:\d+\/v1/,
    mends: true,
  },
  {
    what: 'the whole endpoint as base_url',
    set: (the) => the.edit(the.server.baseUrl, `${the.server.baseUrl}/responses`),
    check: 'config.provider',
    status: 'fail',
    says: /\/v1\/responses", not the \/v1 root/,
    mends: true,
  },
  {
    what: 'wire_api = "chat" in our block',
    set: (the) => the.edit('wire_api = "responses"', 'wire_api = "chat"'),
    check: 'config.provider',
    status: 'fail',
    says: /wire_api is "chat"/,
    mends: true,
    real: true,
  },
  {
    what: 'a login is asked for',
    set: (the) => the.append('requires_openai_auth = true'),
    check: 'config.provider',
    status: 'fail',
    says: /requires_openai_auth/,
    mends: true,
  },
  {
    what: 'a block without a name',
    set: (the) => the.edit('name = "LMDeploy"\n', ''),
    check: 'config.provider',
    status: 'fail',
    says: /name is missing/,
    mends: true,
    real: true,
  },
  {
    what: 'auth beside env_key',
    set: (the) => the.append('auth = { command = "echo" }'),
    check: 'config.provider',
    status: 'fail',
    says: /auth stands beside env_key/,
    mends: true,
    real: true,
  },
  {
    what: 'a profile that was never written',
    set: (the) => {
      the.args = ['--profile', 'gpu'];
    },
    check: 'config.provider',
    status: 'fail',
    says: /gpu\.config\.toml does not exist; codex --profile gpu takes that without a word/,
    mends: true,
    real: true,
  },
  {
    what: 'a number that is a string',
    set: (the) => the.append('stream_idle_timeout_ms = "soon"'),
    check: 'config.accepted',
    status: 'fail',
    says: /config\.toml:12:\d+: /,
    real: true,
  },
  {
    what: 'a block by a reserved name, as old guides to LM Studio have it',
    set: (the) => the.append('[model_providers.lmstudio]\nname = "x"\nbase_url = "http://127.0.0.1:1234/v1"'),
    check: 'config.accepted',
    status: 'fail',
    says: /reserved built-in provider IDs: `lmstudio`/,
    real: true,
  },
  {
    what: "a trusted project's file that is no TOML",
    set: (the) => project(the, 'model = '),
    check: 'config.accepted',
    status: 'fail',
    says: /work\/\.codex\/config\.toml/,
    real: true,
  },
  {
    what: 'profile = … from before 0.134',
    set: (the) => the.write('home/config.toml', `profile = "x"\n${the.config}[profiles.x]\nmodel = "y"\n`),
    check: 'config.legacy',
    status: 'fail',
    says: /config\.toml:1 has profile = "x"; .*config\.toml:13 has \[profiles\.x\]/,
    mends: true,
    real: true,
  },
  {
    what: 'a profile table that is passed over',
    set: (the) => the.append('[profiles.x]\nmodel = "y"'),
    check: 'config.legacy',
    status: 'warn',
    says: /\[profiles\.x\]: Codex passes over/,
    mends: true,
    real: true,
  },
  {
    what: 'wire_api = "chat" in a block of somebody else',
    set: (the) =>
      the.append(
        '[model_providers.old]\nname = "o"\nbase_url = "http://example.invalid/v1"\nwire_api = "chat"',
      ),
    check: 'config.legacy',
    status: 'fail',
    says: /config\.toml:15 has wire_api = "chat" in \[model_providers\.old\]/,
    mends: true,
    real: true,
  },
  {
    what: 'a trusted project with another model',
    set: (the) => project(the, 'model = "theirs"\n'),
    check: 'config.layers',
    status: 'warn',
    says: /work\/\.codex\/config\.toml:1 sets model = "theirs", not "Qwen\/Qwen3\.5-35B-A3B"/,
    real: true,
  },
  {
    what: 'a managed file with another provider',
    set: (the) => the.write('system/managed_config.toml', '# by IT\nmodel_provider = "openai"\n'),
    check: 'config.layers',
    status: 'warn',
    says: /managed_config\.toml:2 sets model_provider = "openai", not "lmdeploy"/,
  },
  {
    what: "a system file that adds to the user's block",
    set: (the) => the.write('system/config.toml', '[model_providers.lmdeploy]\nrequest_max_retries = 0\n'),
    check: 'config.layers',
    status: 'warn',
    says: /system\/config\.toml:2 sets model_providers\.lmdeploy\.request_max_retries = 0/,
  },
  {
    what: 'a CODEX_HOME beside a configured ~/.codex',
    set: (the) => the.write('user/.codex/config.toml', the.config),
    check: 'config.layers',
    status: 'warn',
    says: /user\/\.codex\/config\.toml is set up for LMDeploy too/,
    mends: true,
  },
  {
    what: 'a CODEX_HOME that hides a configured ~/.codex',
    set: async (the) => {
      await the.write('user/.codex/config.toml', the.config);
      await the.write('home/config.toml', '');
      the.args = [the.server.baseUrl];
    },
    check: 'config.provider',
    status: 'fail',
    says: /CODEX_HOME names another home/,
    mends: true,
  },
  {
    what: "an old ollama launch's block, and no Ollama",
    set: async (the) =>
      the.append(`[model_providers.ollama-launch]\nname = "Ollama"\nbase_url = "${await dead()}/"`),
    check: 'config.leftovers',
    status: 'warn',
    says: /config\.toml:12: \[model_providers\.ollama-launch\] of ollama launch points to .*nothing listens/,
    real: true,
  },
  {
    what: "an unsloth profile's block, and no Unsloth Studio",
    set: async (the) => {
      const block = `[model_providers.unsloth_api]\nname = "Unsloth Studio"\nbase_url = "${await dead()}"\n`;
      await the.write('home/unsloth_api.config.toml', `model_provider = "unsloth_api"\n${block}`);
    },
    check: 'config.leftovers',
    status: 'warn',
    says: /unsloth_api\.config\.toml:2: .* of unsloth points to/,
    mends: true,
  },
  {
    what: "cc-switch's proxy, which is gone",
    set: async (the) =>
      the.append(
        `[model_providers.custom]\nname = "x"\nbase_url = "${await dead()}"\nexperimental_bearer_token = "PROXY_MANAGED"`,
      ),
    check: 'config.leftovers',
    status: 'warn',
    says: /\[model_providers\.custom\] of cc-switch/,
  },
  {
    what: "cc-switch's catalog, in force for ours",
    set: async (the) => {
      await the.write('home/cc-switch-model-catalog.json', JSON.stringify({ models: [entry] }));
      await the.prepend('model_catalog_json = "cc-switch-model-catalog.json"');
    },
    check: 'config.leftovers',
    status: 'warn',
    says: /config\.toml:1: model_catalog_json of cc-switch takes the place/,
    real: true,
  },
  {
    what: "zcf's block, and nothing there",
    set: async (the) =>
      the.append(`[model_providers.z]\nname = "z"\nbase_url = "${await dead()}"\ntemp_env_key = "Z"`),
    check: 'config.leftovers',
    status: 'warn',
    says: /\[model_providers\.z\] of zcf/,
  },
  {
    what: 'what codex-cli-linker wrote for a server that is gone',
    set: async (the) =>
      the.write(
        'home/config.toml',
        `# Generated by codex-cli-linker\n${the.config}[model_providers.lmstudio-local]\nname = "x"\nbase_url = "${await dead()}"\n`,
      ),
    check: 'config.leftovers',
    status: 'warn',
    says: /\[model_providers\.lmstudio-local\] of codex-cli-linker/,
  },
  {
    what: 'codex-router, which is not running',
    set: async (the) =>
      the.append(
        `# BEGIN codex-router-provider-managed\n[model_providers.codex-router]\nname = "Codex Router (external models)"\nbase_url = "${await dead()}/a-secret"\n# END codex-router-provider-managed`,
      ),
    check: 'config.leftovers',
    status: 'warn',
    says: /of codex-router points to http:\/\/127\.0\.0\.1:\d+, where nothing/,
  },
  {
    what: 'a key of ours that was edited since init',
    set: async (the) => {
      await the.write('home/config.toml', '[features]\nview_image = false\n');
      const world = { home: join(the.folder, 'home'), env: the.env };
      await cli(['init', the.server.baseUrl, '--yes', '--quiet'], world);
      const path = join(the.folder, 'home/config.toml');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace('http://127.0.0.1', 'http://localhost'));
    },
    check: 'config.changed',
    status: 'warn',
    says: /model_providers\.lmdeploy\.base_url/,
    mends: true,
  },
  {
    what: 'a model that is not served by that name',
    set: (the) => the.edit('"Qwen/Qwen3.5-35B-A3B"', '"qwen3.5-35b-a3b"'),
    check: 'model.served',
    status: 'fail',
    says: /"qwen3\.5-35b-a3b" is not served; "Qwen\/Qwen3\.5-35B-A3B" is/,
    mends: true,
  },
  {
    what: 'an MCP server',
    set: (the) =>
      the.append(
        '[mcp_servers.github]\ncommand = "true"\n[mcp_servers.off]\ncommand = "true"\nenabled = false',
      ),
    check: 'codex.mcp',
    status: 'warn',
    says: /before the model sees them: github\. /,
    real: true,
  },
  {
    what: 'web search, switched on',
    set: (the) => the.prepend('web_search = "live"'),
    check: 'codex.websearch',
    status: 'warn',
    says: /config\.toml:1 sets web_search \("live"\)/,
    mends: true,
    real: true,
  },
  {
    what: 'web search, switched on in the old way',
    set: (the) => the.append('[tools]\nweb_search = true'),
    check: 'codex.websearch',
    status: 'warn',
    says: /config\.toml:13 sets tools\.web_search/,
  },
  {
    what: 'nothing that keeps images out',
    set: (the) => the.edit('view_image = false', ''),
    check: 'codex.images',
    status: 'warn',
    says: /neither a model catalog tells Codex that Qwen\/Qwen3\.5-35B-A3B reads text only/,
  },
];

test.each(FAULTS)('$what: $status $check', hold);

/** On a release that has more to be said about, only the check itself is looked at. */
test.each(['0.16', '0.15'] as const)(
  'an effort that LMDeploy %s refuses: fail codex.effort',
  async (release) => {
    await hold({
      what: 'effort',
      set: async (the) => {
        the.args = ['--only', 'codex.effort'];
        await the.prepend('model_reasoning_effort = "max"');
      },
      check: 'codex.effort',
      status: 'fail',
      says: /config\.toml:1 sets model_reasoning_effort = "max", which LMDeploy 0\.1[46].* refuses/,
      mends: true,
      server: { release },
    });
  },
);

test('what is not wrong: an untrusted project, a text-only catalog, a live tool, an effort that is taken', async () => {
  const the = await machine({ real: true });
  await the.write('work/.git/HEAD', '');
  await the.write('work/.codex/config.toml', 'model = "theirs"\nprofile = "x"\n');
  await the.write('home/catalog.json', JSON.stringify({ models: [entry] }));
  const ollama = `[model_providers.ollama-launch]\nname = "Ollama"\nbase_url = "${the.server.baseUrl}/"\nwire_api = "responses"`;
  const top = 'model_catalog_json = "catalog.json"\nmodel_reasoning_effort = "max"\nweb_search = "disabled"';
  await the.write('home/config.toml', `${top}\n${the.config.replace('view_image = false', '')}${ollama}\n`);
  expect(await findings(the)).toEqual([]);
});
