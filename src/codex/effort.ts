import type { TomlTable } from '../toml/read.js';
import { topLevel } from './provider.js';

/** What the `openai` package below 2.45 takes for `reasoning.effort`; LMDeploy up to 0.16 is bound to it. */
const TAKEN_BY_OLDER = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

/**
 * The `model_reasoning_effort` of a config that a release of LMDeploy refuses on every turn, or null. 0.17 and later take
 * any. Pure.
 *
 * @param release as its answers tell it; null: not known
 */
export function refusedEffort(config: TomlTable, release: string | null): string | null {
  const effort = topLevel(config, 'model_reasoning_effort');
  if (effort === null || (release !== '0.16' && release !== '0.14-0.15')) return null;
  return TAKEN_BY_OLDER.includes(effort) ? null : effort;
}
