import type { Fault } from '../fault.js';

/** What keeps Codex from the provider block, or the block from LMDeploy. */
export const CONFIG_PROVIDER: readonly Fault[] = [
  {
    what: 'no provider is selected',
    set: (the) => the.edit('model_provider = "lmdeploy"', ''),
    check: 'config.provider',
    status: 'fail',
    says: /config\.toml selects no model_provider/,
    cause: /model_provider\b/,
    mends: true,
    real: true,
  },
  {
    what: "Codex's own provider is selected",
    set: (the) => the.edit('model_provider = "lmdeploy"', 'model_provider = "openai"'),
    check: 'config.provider',
    status: 'fail',
    says: /"openai", which is Codex's own/,
    cause: /"model provider":"openai"|model_provider is "openai"/,
    mends: true,
  },
  {
    what: 'a provider is selected whose block is missing',
    set: (the) => the.edit('[model_providers.lmdeploy]', '[model_providers.lmdeploi]'),
    check: 'config.provider',
    status: 'fail',
    says: /no \[model_providers\.lmdeploy\]/,
    cause: /model_providers\.lmdeploy|[Mm]odel provider `lmdeploy`/,
    mends: true,
    real: true,
  },
  {
    what: 'a base_url without /v1',
    set: (the) => the.edit(the.server.baseUrl, the.server.baseUrl.replace('/v1', '')),
    check: 'config.provider',
    status: 'fail',
    says: /not the \/v1 root http:\/\/127\.0\.0\.1:\d+\/v1/,
    cause: /returned HTTP 404|not the \/v1 root/,
    mends: true,
  },
  {
    what: 'the whole endpoint as base_url',
    set: (the) => the.edit(the.server.baseUrl, `${the.server.baseUrl}/responses`),
    check: 'config.provider',
    status: 'fail',
    says: /\/v1\/responses", not the \/v1 root/,
    cause: /returned HTTP 404|not the \/v1 root/,
    mends: true,
  },
  {
    what: 'wire_api = "chat" in our block',
    set: (the) => the.edit('wire_api = "responses"', 'wire_api = "chat"'),
    check: 'config.provider',
    status: 'fail',
    says: /wire_api is "chat"/,
    cause: /wire_api/,
    mends: true,
    real: true,
  },
  {
    what: 'a login is asked for',
    set: (the) => the.append('requires_openai_auth = true'),
    check: 'config.provider',
    status: 'fail',
    says: /requires_openai_auth/,
    cause: /no Codex credentials were found|requires_openai_auth/,
    mends: true,
  },
  {
    what: 'a block without a name',
    set: (the) => the.edit('name = "LMDeploy"\n', ''),
    check: 'config.provider',
    status: 'fail',
    says: /name is missing/,
    cause: /name is missing|missing .*name/,
    mends: true,
    real: true,
  },
  {
    what: 'auth beside env_key',
    set: (the) => the.append('auth = { command = "echo" }'),
    check: 'config.provider',
    status: 'fail',
    says: /auth stands beside env_key/,
    cause: /auth stands beside env_key|auth.* env_key/,
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
];
