import { basename } from 'node:path';
import { quoteScalar } from '../toml/quote.js';
import type { TomlTable } from '../toml/read.js';
import { printable } from '../ui/printable.js';
import { quoted, shellWord } from '../ui/shell-word.js';
import { refusedEffort } from './effort.js';
import { DEFAULT_PROVIDER_ID, providerBlock, topLevel } from './provider.js';

/** Something that the user should know. */
export interface Note {
  readonly id: string;
  readonly detail: string;
  readonly remedy: string;
}

interface Chosen {
  readonly providerId: string;
  readonly release: string | null;
}

/** What in a config that is there already deserves a word before LMDeploy goes into it. Pure. */
export function notesOf(document: TomlTable, { providerId, release }: Chosen): Note[] {
  const found: Note[] = [];
  const { credentials = [] } = providerBlock(document, providerId) ?? {};
  if (credentials.length > 0)
    found.push({
      id: 'config.credentials',
      detail: `[model_providers.${providerId}] brings its own credentials (${credentials.join(', ')}); they stay, and no env_key is written.`,
      remedy: 'Remove them from the block and run init again to use a variable instead.',
    });
  const previous = topLevel(document, 'model_provider');
  if (previous !== null && previous !== providerId)
    found.push({
      id: 'config.replaced',
      detail: `model_provider was "${printable(previous)}" until now.`,
      remedy: `codex-lmdeploy remove${providerId === DEFAULT_PROVIDER_ID ? '' : ` --provider-id ${providerId}`}   # puts it back`,
    });
  const effort = refusedEffort(document, release);
  if (effort !== null)
    found.push({
      id: 'codex.effort',
      detail: `model_reasoning_effort is "${printable(effort)}", which LMDeploy ${release} refuses on every turn; it stays as it is.`,
      remedy: 'Set model_reasoning_effort = "xhigh", or on the server: pip install -U \'lmdeploy>=0.18\'',
    });
  return found;
}

/** A config file of a layer above ours that decides what ours wants to. */
export function overruled(
  path: string,
  above: TomlTable,
  wanted: { providerId: string; model: string },
): Note | null {
  const [provider, model] = [topLevel(above, 'model_provider'), topLevel(above, 'model')];
  const keys = [
    ...(provider !== null && provider !== wanted.providerId
      ? [`model_provider = "${printable(provider)}"`]
      : []),
    ...(model !== null && model !== wanted.model ? [`model = "${printable(model)}"`] : []),
  ];
  if (keys.length === 0) return null;
  const isManaged = basename(path) === 'managed_config.toml';
  return {
    id: 'config.layers',
    detail: `${path} sets ${keys.join(' and ')}, which overrides what is written here.`,
    // The managed file outdoes `-c` too (Codex 0.169.0).
    remedy: isManaged
      ? `Only whoever manages this machine can change that: sudoedit ${shellWord(path)}`
      : `Remove it there, or start Codex with: codex -c ${quoted(`model_provider=${quoteScalar(wanted.providerId)}`)} -c ${quoted(`model=${quoteScalar(wanted.model)}`)}`,
  };
}
