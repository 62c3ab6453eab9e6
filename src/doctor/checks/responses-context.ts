import { giverOf } from '../../codex/effective.js';
import { explain } from '../../lmdeploy/facts.js';
import { relaunchLine } from '../../lmdeploy/launch.js';
import { boundsInWords, firstTurnFits, windowBounds } from '../../lmdeploy/told-window.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';

/** A window with which Codex can work for a while between compactions; its first turn alone takes some 8,000 tokens. */
const COMFORTABLE = 32_768;

const CHECK = {
  id: 'responses.context',
  title: 'The context window is large enough',
  requires: ['model.served'],
  explainedBy: ['responses.answers', 'responses.tools'],
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
    refusal: evidence.firstTurn?.refusal ?? null,
  };
}

async function sizeFault(examination: Examination): Promise<Finding | null> {
  const asked = await ask(examination);
  if (asked === null) return null;
  const { window, tokens, fits, bounds, refusal } = asked;
  const { discovery, settings, launchLine } = examination;
  const model = (await discovery.model()) ?? '';
  const longer = relaunchLine(model, {
    port: new URL(settings.baseUrl.value).port,
    sessionLength: 65_536,
  });
  if (fits === false) {
    const size = tokens === null ? '' : ` of ${count(tokens)} tokens`;
    const has = window === null ? 'the context window' : `the context window of ${count(window)}`;
    return fail(`Codex's first turn${size} does not fit into ${has}.`, longer);
  }
  if (refusal !== null && /^4(00|13|22):/.test(refusal))
    return fail(
      `Codex's first turn is refused as it is (${refusal}), although a short one is taken.`,
      refusalRemedy(refusal, { longer, launchLine: launchLine(model) }),
    );
  const most = window ?? bounds.atMost;
  if (most !== null && most < COMFORTABLE) {
    const first = tokens === null ? '' : `, of which Codex's first turn takes ${count(tokens)}`;
    return warn(
      `The context window is ${window === null ? 'at most ' : ''}${count(most)} tokens${first}.`,
      longer,
    );
  }
  return null;
}

function refusalRemedy(refusal: string, lines: { longer: string; launchLine: string }): string {
  if (refusal.startsWith('413'))
    return 'If a gateway stands between, let it take larger requests (nginx: client_max_body_size 64m;), or use the server’s own address.';
  if (/context length|too long/i.test(refusal)) return lines.longer;
  if (/input item type/.test(refusal))
    return `${lines.launchLine} --model-name OTHER   # one that is not OpenAI's: to models it knows Codex sends what LMDeploy does not take`;
  return 'Look at the log of the server; it names the cause.';
}

async function configFault(examination: Examination): Promise<Finding | null> {
  const { configuredWindow, settings, layers } = examination;
  const asked = await ask(examination);
  if (asked === null || configuredWindow === null) return null;
  const { window, bounds } = asked;
  const least = window ?? bounds.atLeast;
  const most = window ?? bounds.atMost;
  const remedy = `codex-lmdeploy init ${settings.baseUrl.value}   # writes the one that it measures`;
  const told = `The config tells Codex of a window of ${count(configuredWindow)} tokens`;
  if (most !== null && configuredWindow > most)
    return warn(`${told}, the server has ${window === null ? 'at most ' : ''}${count(most)}.`, remedy);
  if (least !== null && configuredWindow < least)
    return warn(
      `${told}, the server has ${window === null ? 'at least ' : ''}${count(least)}.`,
      // init keeps a window that fits.
      `${withoutWindow(layers)}${remedy}`,
    );
  return null;
}

function withoutWindow(layers: Examination['layers']): string {
  const path = giverOf(layers, ['model_context_window'])?.path;
  return path === undefined ? '' : `sed -i.bak '/^model_context_window *=/d' ${quoted(path)} && `;
}

async function found(examination: Examination): Promise<Finding> {
  const asked = await ask(examination);
  if (asked === null) return skip('nothing was asked');
  const { window, tokens, bounds } = asked;
  const first = tokens === null ? '' : `; Codex's first turn takes ${count(tokens)}`;
  if (window !== null) return pass(`${count(window)} tokens${first}`);
  const words = boundsInWords(bounds);
  return words === '' ? skip('its length could not be told') : pass(`${words}${first}`);
}

const count = (tokens: number) => tokens.toLocaleString('en-US');
