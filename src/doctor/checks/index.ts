import type { Check } from '../check.js';
import { codexInstalled } from './codex-installed.js';
import { configAccepted } from './config-accepted.js';
import { configChanged } from './config-changed.js';
import { configProvider } from './config-provider.js';
import { configSyntax } from './config-syntax.js';
import { keyVariable } from './key-variable.js';
import { modelServed } from './model-served.js';
import { responsesAnswers } from './responses-answers.js';
import { responsesArguments } from './responses-arguments.js';
import { contextSize, responsesContext } from './responses-context.js';
import { responsesReasoning } from './responses-reasoning.js';
import { responsesStream } from './responses-stream.js';
import { responsesTools } from './responses-tools.js';
import { responsesTurn } from './responses-turn.js';
import { serverKey } from './server-key.js';
import { serverKind } from './server-kind.js';
import { serverReachable } from './server-reachable.js';

/** Every check, in the order in which a report shows them. */
export const CHECKS: readonly Check[] = [
  codexInstalled,
  configSyntax,
  configProvider,
  configAccepted,
  configChanged,
  keyVariable,
  serverReachable,
  serverKind,
  serverKey,
  modelServed,
  responsesAnswers,
  responsesStream,
  responsesTools,
  responsesTurn,
  responsesArguments,
  responsesReasoning,
  responsesContext,
];

/**
 * Those that `init` runs on the server before it writes. Which model is served it settles itself; a call without
 * arguments and the window it answers by what it writes.
 */
export const PROBES: readonly Check[] = [
  serverReachable,
  serverKind,
  serverKey,
  responsesAnswers,
  responsesStream,
  responsesTools,
  responsesTurn,
  responsesReasoning,
  contextSize,
];
