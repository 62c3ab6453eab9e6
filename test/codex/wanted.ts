import type { Wanted } from '../../src/codex/plan.js';

/** What an `init` wants that was told nothing but a model and a server. */
export const WANTED: Wanted = {
  providerId: 'lmdeploy',
  model: 'Qwen/Qwen3.5-35B-A3B',
  baseUrl: 'http://127.0.0.1:23333/v1',
  name: undefined,
  envKey: undefined,
  streamIdleTimeoutMs: undefined,
  contextWindow: undefined,
  compactAt: undefined,
  catalogFile: undefined,
  catalog: undefined,
  switches: [],
  bridge: null,
  release: null,
};
