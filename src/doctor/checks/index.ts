import type { Check } from '../check.js';
import { bridgeRunning } from './bridge-running.js';
import { bridgeVersion } from './bridge-version.js';
import { catalogEntry } from './catalog-entry.js';
import { codexEffort } from './codex-effort.js';
import { codexHomeCheck } from './codex-home.js';
import { codexImages } from './codex-images.js';
import { codexInstalled } from './codex-installed.js';
import { codexMcp } from './codex-mcp.js';
import { codexWebsearch } from './codex-websearch.js';
import { configAccepted } from './config-accepted.js';
import { configChanged } from './config-changed.js';
import { configLayers } from './config-layers.js';
import { configLeftovers } from './config-leftovers.js';
import { configLegacy } from './config-legacy.js';
import { configProvider } from './config-provider.js';
import { configSyntax } from './config-syntax.js';
import { fleetSame } from './fleet-same.js';
import { fleetSticky } from './fleet-sticky.js';
import { fleetStreams } from './fleet-streams.js';
import { keyVariable } from './key-variable.js';
import { liveTurn } from './live-turn.js';
import { modelServed } from './model-served.js';
import { networkProxy } from './network-proxy.js';
import { responsesAnswers } from './responses-answers.js';
import { responsesArguments } from './responses-arguments.js';
import { contextSize, responsesContext } from './responses-context.js';
import { responsesReasoning } from './responses-reasoning.js';
import { responsesStream } from './responses-stream.js';
import { responsesTools } from './responses-tools.js';
import { responsesTurn } from './responses-turn.js';
import { serverAwake } from './server-awake.js';
import { keyAtHand, serverKey } from './server-key.js';
import { serverKind } from './server-kind.js';
import { serverReachable } from './server-reachable.js';
import { serverRelease } from './server-release.js';

/** Every check, in the order in which a report shows them. */
export const CHECKS: readonly Check[] = [
  codexInstalled,
  codexHomeCheck,
  configSyntax,
  configProvider,
  configLayers,
  configAccepted,
  configLegacy,
  configLeftovers,
  configChanged,
  keyVariable,
  networkProxy,
  bridgeRunning,
  bridgeVersion,
  serverReachable,
  serverKind,
  serverRelease,
  serverAwake,
  serverKey,
  modelServed,
  responsesAnswers,
  responsesStream,
  responsesTools,
  responsesTurn,
  responsesArguments,
  responsesReasoning,
  responsesContext,
  catalogEntry,
  codexEffort,
  codexMcp,
  codexImages,
  codexWebsearch,
  fleetSame,
  fleetSticky,
  fleetStreams,
  liveTurn,
];

/**
 * Those that `init` runs on the server before it writes. Which model is served it settles itself; a call without
 * arguments and the window it answers by what it writes.
 */
export const PROBES: readonly Check[] = [
  networkProxy,
  serverReachable,
  serverKind,
  keyAtHand,
  serverAwake,
  responsesAnswers,
  responsesStream,
  responsesTools,
  responsesTurn,
  responsesReasoning,
  contextSize,
];

/** Those that look at a server alone, whatever the config is. */
export const SERVER_CHECKS: readonly Check[] = CHECKS.filter(({ id }) =>
  /^(network|server|model|responses)\./.test(id),
);
