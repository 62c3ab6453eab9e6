import type { Edit } from '../toml/edit.js';
import { edit } from '../toml/edit.js';
import { readToml } from '../toml/read.js';
import {
  DEFAULT_ENV_KEY,
  DEFAULT_NAME,
  DEFAULT_STREAM_IDLE_TIMEOUT_MS,
  type ProviderBlock,
  providerBlock,
  topLevel,
} from './provider.js';

/** What `init` was told or found out; undefined: nobody said, so what stands in the file stays. */
export interface Wanted {
  readonly providerId: string;
  readonly model: string;
  readonly baseUrl: string;
  readonly name: string | undefined;
  /** null: no `env_key`. */
  readonly envKey: string | null | undefined;
  readonly streamIdleTimeoutMs: number | undefined;
}

/** A file as it was read: null where there is none. */
export interface FileAsRead {
  readonly path: string;
  readonly text: string | null;
}

/** One file's part of a plan. */
export interface FilePlan {
  readonly path: string;
  readonly action: 'create' | 'update' | 'unchanged';
  readonly before: string | null;
  readonly after: string;
}

/** Something that the user should know about the plan. */
export interface Note {
  readonly id: string;
  readonly detail: string;
  readonly remedy: string;
}

export interface Plan {
  /** Only `config.toml` so far. */
  readonly files: readonly [FilePlan];
  readonly notes: readonly Note[];
}

/**
 * What has to change in `config.toml` so that Codex uses the wanted model on the wanted server. Pure.
 *
 * @throws EditRefused where the file spells a key in a way that can't be changed safely; TomlSyntaxError
 */
export function plan(config: FileAsRead, wanted: Wanted): Plan {
  const before = config.text ?? '';
  const document = readToml(before);
  const block = providerBlock(document, wanted.providerId);
  const after = edit(before, [
    { path: ['model'], set: wanted.model },
    { path: ['model_provider'], set: wanted.providerId },
    ...blockEdits(block, wanted),
  ]);
  const action = config.text === null ? 'create' : after === before ? 'unchanged' : 'update';
  const previous = topLevel(document, 'model_provider');
  return {
    files: [{ path: config.path, action, before: config.text, after }],
    notes: notes(block, wanted, previous),
  };
}

/** The documented block, its keys in its order; of a block that is there, only what is needed or was asked for. */
function blockEdits(block: ProviderBlock | null, wanted: Wanted): Edit[] {
  const edits: Edit[] = [];
  const at = (key: string) => ['model_providers', wanted.providerId, key] as const;
  const set = (key: string, value: string | number | boolean) => edits.push({ path: at(key), set: value });

  const name = wanted.name ?? (block?.name ? undefined : DEFAULT_NAME);
  if (name !== undefined) set('name', name);
  set('base_url', wanted.baseUrl);
  const envKey = envKeyEdit(block, wanted);
  if (typeof envKey === 'string') set('env_key', envKey);
  if (envKey === null && block?.envKey != null) edits.push({ path: at('env_key'), remove: true });
  set('wire_api', 'responses');
  // `auth` excludes this key, even as false (Codex 0.169.0).
  if (block === null || (block.requiresOpenaiAuth === true && !block.credentials.includes('auth')))
    set('requires_openai_auth', false);
  const timeout = wanted.streamIdleTimeoutMs ?? (block === null ? DEFAULT_STREAM_IDLE_TIMEOUT_MS : undefined);
  if (timeout !== undefined) set('stream_idle_timeout_ms', timeout);
  return edits;
}

/** The variable's name to write, null for none, undefined to leave what is there. */
function envKeyEdit(block: ProviderBlock | null, wanted: Wanted): string | null | undefined {
  if (block !== null && block.credentials.length > 0) return undefined;
  if (wanted.envKey !== undefined) return wanted.envKey;
  return block === null ? DEFAULT_ENV_KEY : undefined;
}

function notes(block: ProviderBlock | null, wanted: Wanted, previous: string | null): Note[] {
  const found: Note[] = [];
  if (block !== null && block.credentials.length > 0)
    found.push({
      id: 'config.credentials',
      detail: `[model_providers.${wanted.providerId}] brings its own credentials (${block.credentials.join(', ')}); they stay, and no env_key is written.`,
      remedy: 'Remove them from the block and run init again to use a variable instead.',
    });
  if (previous !== null && previous !== wanted.providerId)
    found.push({
      id: 'config.replaced',
      detail: `model_provider was "${previous}" until now.`,
      remedy: `To go back, set model_provider = "${previous}" and its model again; the old file is in the backup folder.`,
    });
  return found;
}
