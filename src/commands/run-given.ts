import type { Bridge } from '../bridge/server.js';
import { compactionLimit } from '../codex/compaction.js';
import { valueAt } from '../codex/effective.js';
import { overrides } from '../codex/overrides.js';
import type { Setting } from '../codex/turn-shape.js';
import type { Environment } from '../context.js';
import type { Examination } from '../doctor/examination.js';
import { CliError } from '../errors.js';
import { bypassesProxy } from '../lmdeploy/no-proxy.js';
import type { TomlTable } from '../toml/read.js';
import { EditRefused } from '../toml/refused.js';
import type { Target } from './run-probe.js';

const GOALS = ['features', 'goals'] as const;
/** The variables whose proxies take plain http, which is what leads to a bridge. */
const CATCHING = ['HTTP_PROXY', 'ALL_PROXY'];

/**
 * What the config lacks or says differently, as arguments of Codex.
 *
 * @param catalog a model catalog's absolute path; null: none
 * @param bridge the one between Codex and the server; null: none
 * @throws CliError `edit-refused` for a name that can't be put into TOML
 */
export function givenArguments(
  examination: Examination,
  { model, measured }: Target,
  lean: readonly Setting[],
  catalog: string | null,
  bridge: Bridge | null,
): string[] {
  const { settings, providerId, effective } = examination;
  const contextWindow = measured?.contextWindow ?? null;
  try {
    return overrides(effective, {
      providerId,
      model,
      baseUrl: bridge?.baseUrl ?? settings.baseUrl.value,
      name: undefined,
      envKey: settings.envKey.from === 'flag' ? settings.envKey.value : undefined,
      streamIdleTimeoutMs: undefined,
      contextWindow,
      compactAt: contextWindow === null ? null : compactionLimit(contextWindow, null),
      catalog,
      switches: switchesFor(effective, lean, bridge === null && measured?.goals === false),
      secret: variableWithKey(examination),
    });
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    throw new CliError(
      'edit-refused',
      `The model's name can't be given to Codex: ${error.reason}.`,
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
export function givenEnvironment(examination: Examination, bridge: Bridge | null): Environment {
  const { context, home, settings } = examination;
  const { value: variable } = settings.envKey;
  const needsDummy = variable !== null && variableWithKey(examination) === null;
  return {
    ...context.env,
    ...(home.namedBy === 'default' ? {} : { CODEX_HOME: home.path }),
    ...(needsDummy ? { [variable]: 'dummy' } : {}),
    ...(bridge === null ? {} : aroundProxies(bridge, context.env)),
  };
}

/** A proxy variable catches loopback too: there the proxy would find nothing, or a bridge of its own machine's. */
function aroundProxies({ baseUrl }: Bridge, env: Environment): Environment {
  const { hostname } = new URL(baseUrl);
  if (!CATCHING.some((name) => env[name] || env[name.toLowerCase()])) return {};
  if (bypassesProxy(hostname, env['NO_PROXY'] ?? env['no_proxy'] ?? '')) return {};
  // Codex 0.169.0 goes by the upper-case one, other programs by either.
  const more = (list = '') => [...(list === '' ? [] : [list]), hostname].join(',');
  return {
    NO_PROXY: more(env['NO_PROXY'] ?? env['no_proxy']),
    no_proxy: more(env['no_proxy'] ?? env['NO_PROXY']),
  };
}

/** The variable that Codex takes its key from, where the user has put one there. */
function variableWithKey({ context, settings }: Examination): string | null {
  const { value: variable } = settings.envKey;
  return variable !== null && context.env[variable]?.trim() ? variable : null;
}
