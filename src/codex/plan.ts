import { isDeepStrictEqual } from 'node:util';
import type { Edit } from '../toml/edit.js';
import { edit } from '../toml/edit.js';
import { readToml } from '../toml/read.js';
import type { FileChange } from './apply.js';
import type { Bridged, MadeCatalog } from './journal.js';
import { type MeasuredWish, measuredEdits } from './measured.js';
import { type Note, notesOf } from './notes.js';
import {
  DEFAULT_ENV_KEY,
  DEFAULT_NAME,
  DEFAULT_STREAM_IDLE_TIMEOUT_MS,
  type ProviderBlock,
  providerBlock,
} from './provider.js';
import { type Remembered, remember } from './record.js';

/** What is to stand in the documented block; undefined: nobody said, so what stands in the file stays. */
export interface BlockWish {
  readonly providerId: string;
  readonly baseUrl: string;
  readonly name: string | undefined;
  /** null: no `env_key`. */
  readonly envKey: string | null | undefined;
  readonly streamIdleTimeoutMs: number | undefined;
}

/** What `init` was told or found out; undefined as in `BlockWish`. */
export interface Wanted extends BlockWish, MeasuredWish {
  readonly model: string;
  /** The model catalog beside the config; null: none; undefined: what is there stays. */
  readonly catalog: MadeCatalog | null | undefined;
  /** The bridge whose address `baseUrl` is; null: Codex talks to the server itself. */
  readonly bridge: Bridged | null;
  /** As told by the server's answers. */
  readonly release: string | null;
}

/** A file as it was read, with what the journal knows of it. */
export interface FileSeen extends Remembered {
  readonly path: string;
}

/** One file's part of a plan. */
export interface FilePlan extends FileChange {
  readonly kind: 'config' | 'catalog';
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  /** Whether anything has to be written, if only in the journal. */
  readonly isChange: boolean;
}

export interface Plan {
  readonly files: readonly FilePlan[];
  readonly notes: readonly Note[];
}

/**
 * What has to change in a config file so that Codex uses the wanted model on the wanted server. Pure.
 *
 * @throws EditRefused where the file spells a key in a way that can't be changed safely; TomlSyntaxError
 */
export function plan(file: FileSeen, wanted: Wanted): Plan & { readonly files: readonly [FilePlan] } {
  const before = file.text ?? '';
  const document = readToml(before);
  const block = providerBlock(document, wanted.providerId);
  const edits: Edit[] = [
    { path: ['model'], set: wanted.model },
    { path: ['model_provider'], set: wanted.providerId },
    ...measuredEdits(file, wanted),
    ...blockEdits(block, wanted),
  ];
  const after = edit(before, edits);
  const action = file.text === null ? 'create' : after === before ? 'unchanged' : 'update';
  const paths = edits.map(({ path }) => path);
  const isChange =
    action !== 'unchanged' || !isDeepStrictEqual(bridgeIn(file, wanted.providerId), wanted.bridge);
  const record = isChange ? remember(file, wanted.providerId, after, paths, wanted.bridge) : file.record;
  return {
    files: [{ kind: 'config', path: file.path, action, isChange, before: file.text, after, record }],
    notes: notesOf(document, wanted),
  };
}

/** The bridge that an earlier run has led this file to. */
function bridgeIn({ record }: FileSeen, providerId: string): Bridged | null {
  return record?.imprints.find(({ provider }) => provider === providerId)?.bridge ?? null;
}

/** The documented block, its keys in its order; of a block that is there, only what is needed or was asked for. */
export function blockEdits(block: ProviderBlock | null, wanted: BlockWish): Edit[] {
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
function envKeyEdit(block: ProviderBlock | null, wanted: BlockWish): string | null | undefined {
  if (wanted.envKey === null) return null;
  if (block !== null && block.credentials.length > 0) return undefined;
  if (wanted.envKey !== undefined) return wanted.envKey;
  return block === null ? DEFAULT_ENV_KEY : undefined;
}
