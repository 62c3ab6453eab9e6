import { compactionLimit } from '../codex/compaction.js';
import { valueAt } from '../codex/effective.js';
import { overrides } from '../codex/overrides.js';
import type { Setting } from '../codex/turn-shape.js';
import type { Environment } from '../context.js';
import type { Examination } from '../doctor/examination.js';
import { CliError } from '../errors.js';
import type { TomlTable } from '../toml/read.js';
import { EditRefused } from '../toml/refused.js';
import type { Target } from './run-probe.js';

const GOALS = ['features', 'goals'] as const;

/**
 * What the config lacks or says differently, as arguments of Codex.
 *
 * @param catalog a model catalog's absolute path; null: none
 * @throws CliError `edit-refused` for a name that can't be put into TOML
 */
export function givenArguments(
  examination: Examination,
  { model, measured }: Target,
  lean: readonly Setting[],
  catalog: string | null,
): string[] {
  const { settings, providerId, effective } = examination;
  const contextWindow = measured?.contextWindow ?? null;
  try {
    return overrides(effective, {
      providerId,
      model,
      baseUrl: settings.baseUrl.value,
      name: undefined,
      envKey: settings.envKey.from === 'flag' ? settings.envKey.value : undefined,
      streamIdleTimeoutMs: undefined,
      contextWindow,
      compactAt: contextWindow === null ? null : compactionLimit(contextWindow, null),
      catalog,
      switches: switchesFor(effective, lean, measured?.goals === false),
      secret: variableWithKey(examination),
    });
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    throw new CliError(
      'edit-refused',
      `The model's name can't be given to Codex: ${error.message}.`,
      'Serve it by another name: lmdeploy serve api_server … --model-name NAME',
    );
  }
}

/** What the user has said of a switch holds; but goals can't, where they would end the session. */
function switchesFor(effective: TomlTable, lean: readonly Setting[], endsByGoals: boolean): Setting[] {
  const unsaid = lean.filter(({ path }) => valueAt(effective, path) === undefined);
  const others = unsaid.filter(({ path }) => path.join('.') !== GOALS.join('.'));
  return endsByGoals ? [...others, { path: GOALS, value: false }] : unsaid;
}

/** The user's environment; where the server asks for no key, any value will do for the variable that Codex wants. */
export function givenEnvironment(examination: Examination): Environment {
  const { context, home, settings } = examination;
  const { value: variable } = settings.envKey;
  const needsDummy = variable !== null && variableWithKey(examination) === null;
  return {
    ...context.env,
    ...(home.namedBy === 'default' ? {} : { CODEX_HOME: home.path }),
    ...(needsDummy ? { [variable]: 'dummy' } : {}),
  };
}

/** The variable that Codex takes its key from, where the user has put one there. */
function variableWithKey({ context, settings }: Examination): string | null {
  const { value: variable } = settings.envKey;
  return variable !== null && context.env[variable]?.trim() ? variable : null;
}
