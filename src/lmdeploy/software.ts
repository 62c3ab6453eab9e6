import type { Answer } from './client.js';

/** Who serves a model list, by what each program writes into `owned_by` for itself. */
const OWNERS: Readonly<Record<string, string>> = {
  lmdeploy: 'LMDeploy',
  vllm: 'vLLM',
  sglang: 'SGLang',
  llamacpp: 'llama.cpp',
  library: 'Ollama',
  organization_owner: 'LM Studio',
};

/**
 * The program that answered `GET /v1/models`, by its signs; null where it shows none. A gateway that names itself in the
 * headers comes first, for the owners in its list are those of the servers behind it.
 */
export function softwareOf(
  { headers }: Answer,
  owners: readonly (string | null | undefined)[],
): string | null {
  if (Object.keys(headers).some((name) => name.startsWith('x-litellm-'))) return 'LiteLLM';
  if (headers['server'] === 'llama.cpp') return 'llama.cpp';
  for (const owner of owners) {
    const known = owner && Object.hasOwn(OWNERS, owner) ? OWNERS[owner] : undefined;
    if (known !== undefined) return known;
  }
  return null;
}
