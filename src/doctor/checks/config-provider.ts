import { join } from 'node:path';
import { readConfig } from '../../codex/config.js';
import { keysAt } from '../../codex/effective.js';
import { profilesWritten } from '../../codex/our-profiles.js';
import type { ProviderBlock } from '../../codex/provider.js';
import {
  DEFAULT_STREAM_IDLE_TIMEOUT_MS,
  providerBlock,
  RESERVED_PROVIDER_IDS,
  topLevel,
} from '../../codex/provider.js';
import { apiRoot } from '../../lmdeploy/address.js';
import { grouped } from '../../ui/grouped.js';
import { enumerate, printable } from '../../ui/printable.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

/** LMDeploy sends nothing while it reads a prompt; a long one takes a large model some ten seconds. */
const SHORT_SILENCE_MS = 60_000;

export const configProvider: Check = {
  ...titled('config.provider'),
  requires: ['config.syntax'],
  async run(examination) {
    const fault = await providerFault(examination);
    if (fault !== null) return fault;
    const { own, providerId, settings, initLine } = examination;
    const block = providerBlock(own, providerId);
    const named = apiRoot(block?.baseUrl ?? '');
    const { configured } = settings;
    if (settings.baseUrl.value !== configured)
      return warn(`Codex uses ${configured}, not ${settings.baseUrl.value}.`, initLine());
    const idle = block?.streamIdleTimeoutMs ?? null;
    if (idle !== null && idle < SHORT_SILENCE_MS)
      return warn(
        `stream_idle_timeout_ms is ${grouped(idle)}: Codex gives up on a stream that is silent for so long, as it is while a model reads a long prompt or thinks.`,
        initLine({ more: [`--stream-idle-timeout ${DEFAULT_STREAM_IDLE_TIMEOUT_MS}`] }),
      );
    const way = configured === named ? '' : `, through the bridge on ${named}`;
    return pass(`${printable(topLevel(own, 'model') ?? 'no model')} on ${configured}${way}`);
  },
};

/** What keeps Codex from using the provider as it is written; null where nothing does. */
export async function providerFault(examination: Examination): Promise<Finding | null> {
  const { config, home, own, providerId, initLine } = examination;
  const selected = topLevel(own, 'model_provider');
  if (home.profile !== null && config.state !== 'read')
    return fail(
      `${config.path} does not exist; codex --profile ${home.profile} takes that without a word and goes by ${home.userConfigPath} alone.`,
      initLine(),
    );
  if (selected === null) return unselected(examination);
  const name = printable(selected);
  if (RESERVED_PROVIDER_IDS.includes(selected))
    return fail(`model_provider is "${name}", which is Codex's own and not LMDeploy.`, initLine());
  const isOurs = selected === providerId;
  const block = providerBlock(own, selected);
  if (block === null && isOurs) return withoutBlock(examination);
  if (block === null)
    return fail(`model_provider is "${name}", but there is no [model_providers.${name}].`, initLine());
  if (!isOurs)
    return fail(
      `model_provider is "${name}", not "${providerId}".`,
      `${initLine()}   # if that is your LMDeploy: codex-lmdeploy doctor --provider-id ${quoted(selected)}`,
    );
  const wrong = faults(block);
  if (wrong.length === 0) return null;
  const isTwoKeys = wrong.length === 1 && wrong[0] === TWO_KEYS;
  return fail(
    `In [model_providers.${providerId}] ${wrong.join('; ')}.`,
    // init keeps both, for which one is meant only the user knows.
    isTwoKeys ? `${initLine({ more: ['--no-env-key', '--offline'] })}   # keeps auth` : initLine(),
  );
}

const TWO_KEYS = 'auth stands beside env_key, and Codex takes one of them only';

/** A block whose id looks like ours is most likely ours, misspelt: then it knows the address. */
function withoutBlock({ own, providerId, config, initLine }: Examination): Finding {
  const start = providerId.slice(0, 4);
  const like = keysAt(own, ['model_providers']).find((id) => id.toLowerCase().startsWith(start));
  const address = like === undefined ? null : (providerBlock(own, like)?.baseUrl ?? null);
  const what = `There is no [model_providers.${providerId}] in ${config.path}`;
  if (like === undefined || address === null || addressFault(address) !== null)
    return fail(`${what}.`, initLine());
  return fail(
    `${what}; there is [model_providers.${printable(like)}].`,
    initLine({ address: apiRoot(address) }),
  );
}

async function unselected({ config, context, home, providerId, initLine }: Examination): Promise<Finding> {
  const what =
    config.state === 'read'
      ? `${config.path} selects no model_provider`
      : `${config.path} does not exist yet`;
  const usual = join(context.userHome, '.codex', 'config.toml');
  if (home.namedBy === 'CODEX_HOME' && usual !== home.userConfigPath) {
    const beside = await readConfig(usual, providerId);
    if (beside.state === 'read' && topLevel(beside.document, 'model_provider') === providerId)
      return fail(
        `${what}; ${usual} is set up for LMDeploy, but CODEX_HOME names another home.`,
        `unset CODEX_HOME   # or, to set up that home too: ${initLine()}`,
      );
  }
  const profiles = home.profile === null ? await profilesWritten(home, providerId) : [];
  const [profile] = profiles;
  if (profile !== undefined)
    return fail(
      `${what}; LMDeploy is set up in ${profiles.length > 1 ? `the profiles ${enumerate(profiles)}` : `the profile "${profile}"`}, asked for by name.`,
      `codex-lmdeploy doctor --profile ${profile}   # and: codex --profile ${profile}`,
    );
  return fail(`${what}.`, initLine());
}

/** What keeps Codex 0.169.0 from reaching an LMDeploy with this block. */
function faults(block: ProviderBlock): string[] {
  const found: string[] = [];
  if (!block.name) found.push('name is missing, and Codex wants one');
  const address = addressFault(block.baseUrl);
  if (address !== null) found.push(address);
  if (block.wireApi !== null && block.wireApi !== 'responses')
    found.push(`wire_api is "${printable(block.wireApi)}", not "responses"`);
  if (block.credentials.includes('auth') && block.envKey !== null) found.push(TWO_KEYS);
  if (block.requiresOpenaiAuth === true)
    found.push('requires_openai_auth is true, so Codex would ask for a login');
  return found;
}

function addressFault(baseUrl: string | null): string | null {
  if (baseUrl === null) return 'base_url is missing';
  try {
    const root = apiRoot(baseUrl);
    const isRoot = baseUrl.replace(/\/+$/, '') === root || new URL(baseUrl).href.replace(/\/+$/, '') === root;
    return isRoot ? null : `base_url is "${printable(baseUrl)}", not the /v1 root ${root}`;
  } catch {
    return `base_url "${printable(baseUrl)}" is no http address`;
  }
}
