import type { ProviderBlock } from '../../codex/provider.js';
import { providerBlock, RESERVED_PROVIDER_IDS, topLevel } from '../../codex/provider.js';
import { apiRoot } from '../../lmdeploy/address.js';
import { printable } from '../../ui/printable.js';
import { type Check, fail, pass, warn } from '../check.js';

export const configProvider: Check = {
  id: 'config.provider',
  title: 'Codex is set up for LMDeploy',
  requires: ['config.syntax'],
  async run({ config, providerId, settings }) {
    const remedy = `codex-lmdeploy init ${settings.baseUrl.value}`;
    if (config.state !== 'read') return fail(`${config.path} does not exist yet.`, remedy);
    const selected = topLevel(config.document, 'model_provider');
    if (selected === null) return fail(`${config.path} selects no model_provider.`, remedy);
    if (RESERVED_PROVIDER_IDS.includes(selected))
      return fail(`model_provider is "${selected}", which is Codex's own and not LMDeploy.`, remedy);
    if (selected !== providerId && providerBlock(config.document, selected) === null)
      return fail(
        `model_provider is "${printable(selected)}", but there is no [model_providers.${printable(selected)}].`,
        remedy,
      );
    if (selected !== providerId)
      return fail(
        `model_provider is "${printable(selected)}", not "${providerId}".`,
        `${remedy}   # if that is your LMDeploy: codex-lmdeploy doctor --provider-id '${printable(selected)}'`,
      );
    if (config.block === null) return fail(`There is no [model_providers.${providerId}].`, remedy);
    const wrong = faults(config.block);
    if (wrong.length > 0) return fail(`In [model_providers.${providerId}] ${wrong.join('; ')}.`, remedy);
    const configured = apiRoot(config.block.baseUrl ?? '');
    if (settings.baseUrl.value !== configured)
      return warn(`Codex uses ${configured}, not ${settings.baseUrl.value}.`, remedy);
    return pass(`${topLevel(config.document, 'model') ?? 'no model'} on ${configured}`);
  },
};

/** What keeps Codex 0.169.0 from reaching an LMDeploy with this block. */
function faults(block: ProviderBlock): string[] {
  const found: string[] = [];
  if (!block.name) found.push('name is missing, and Codex wants one');
  const address = addressFault(block.baseUrl);
  if (address !== null) found.push(address);
  if (block.wireApi !== null && block.wireApi !== 'responses')
    found.push(`wire_api is "${printable(block.wireApi)}", not "responses"`);
  if (block.credentials.includes('auth') && block.envKey !== null) found.push('auth stands beside env_key');
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
