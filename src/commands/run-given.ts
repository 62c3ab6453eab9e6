import { overrides } from '../codex/overrides.js';
import type { Environment } from '../context.js';
import type { Examination } from '../doctor/examination.js';
import { CliError } from '../errors.js';
import { EditRefused } from '../toml/refused.js';
import type { Target } from './run-probe.js';

/**
 * What the config lacks or says differently, as arguments of Codex.
 *
 * @param catalog a model catalog's absolute path; null: none
 * @throws CliError `edit-refused` for a name that can't be put into TOML
 */
export function givenArguments(examination: Examination, target: Target, catalog: string | null): string[] {
  const { settings, providerId, effective } = examination;
  try {
    return overrides(effective, {
      providerId,
      baseUrl: settings.baseUrl.value,
      name: undefined,
      envKey: settings.envKey.from === 'flag' ? settings.envKey.value : undefined,
      streamIdleTimeoutMs: undefined,
      release: null,
      catalog,
      secret: variableWithKey(examination),
      ...target,
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
