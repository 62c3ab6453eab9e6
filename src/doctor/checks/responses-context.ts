import { explain } from '../../lmdeploy/facts.js';
import { relaunchLine } from '../../lmdeploy/launch.js';
import { boundsInWords, firstTurnFits, windowBounds } from '../../lmdeploy/told-window.js';
import { grouped } from '../../ui/grouped.js';
import { type Check, type Finding, fail, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';

/** A window with which Codex can work for a while between compactions; its first turn alone takes some 8,000 tokens. */
const COMFORTABLE = 32_768;

const CHECK = {
  id: 'responses.context',
  title: 'The context window is large enough',
  requires: ['model.served'],
};

/** What `doctor` asks: does Codex fit, and does the config say what the server has? */
export const responsesContext: Check = {
  ...CHECK,
  run: async (examination) =>
    (await sizeFault(examination)) ?? (await configFault(examination)) ?? found(examination),
};

/** The same for `init`, which sets the config right itself. */
export const contextSize: Check = {
  ...CHECK,
  run: async (examination) => (await sizeFault(examination)) ?? found(examination),
};

async function ask({ discovery }: Examination) {
  await Promise.all([discovery.firstTurn(), discovery.lengths()]);
  const evidence = await discovery.evidence();
  if (evidence === null) return null;
  const { contextWindow, firstTurnTokens } = explain(evidence);
  return {
    window: contextWindow.value,
    tokens: firstTurnTokens.value,
    fits: firstTurnFits(evidence),
    bounds: windowBounds(evidence),
  };
}

async function sizeFault(examination: Examination): Promise<Finding | null> {
  const asked = await ask(examination);
  if (asked === null) return null;
  const { window, tokens, fits, bounds } = asked;
  const { discovery, settings } = examination;
  const longer = relaunchLine((await discovery.model()) ?? '', {
    port: new URL(settings.baseUrl.value).port,
    sessionLength: 65_536,
  });
  if (fits === false) {
    const size = tokens === null ? '' : ` of ${grouped(tokens)} tokens`;
    const has = window === null ? 'the context window' : `the context window of ${grouped(window)}`;
    return fail(`Codex's first turn${size} does not fit into ${has}.`, longer);
  }
  const most = window ?? bounds.atMost;
  if (most !== null && most < COMFORTABLE) {
    const first = tokens === null ? '' : `, of which Codex's first turn takes ${grouped(tokens)}`;
    return warn(
      `The context window is ${window === null ? 'at most ' : ''}${grouped(most)} tokens${first}.`,
      longer,
    );
  }
  return null;
}

async function configFault(examination: Examination): Promise<Finding | null> {
  const { configuredWindow, settings } = examination;
  const asked = await ask(examination);
  if (asked === null || configuredWindow === null) return null;
  const { window, bounds } = asked;
  const least = window ?? bounds.atLeast;
  const most = window ?? bounds.atMost;
  const remedy = `codex-lmdeploy init ${settings.baseUrl.value}   # writes the one that it measures`;
  const told = `The config tells Codex of a window of ${grouped(configuredWindow)} tokens`;
  if (most !== null && configuredWindow > most)
    return warn(`${told}, the server has ${window === null ? 'at most ' : ''}${grouped(most)}.`, remedy);
  if (least !== null && configuredWindow < least)
    return warn(`${told}, the server has ${window === null ? 'at least ' : ''}${grouped(least)}.`, remedy);
  return null;
}

async function found(examination: Examination): Promise<Finding> {
  const asked = await ask(examination);
  if (asked === null) return skip('nothing was asked');
  const { window, tokens, bounds } = asked;
  const first = tokens === null ? '' : `; Codex's first turn takes ${grouped(tokens)}`;
  if (window !== null) return pass(`${grouped(window)} tokens${first}`);
  const words = boundsInWords(bounds);
  return words === '' ? skip('its length could not be told') : pass(`${words}${first}`);
}
