import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { giverOf } from '../../codex/effective.js';
import { EMPTY_JOURNAL, readJournal } from '../../codex/journal.js';
import { openCommand, sedCommand, takeOutScript } from '../../codex/line-edit.js';
import { explain } from '../../lmdeploy/facts.js';
import { AGAIN, launch } from '../../lmdeploy/launch.js';
import { LONGER, refusalRemedy } from '../../lmdeploy/symptoms.js';
import { boundsInWords, firstTurnFits, windowBounds } from '../../lmdeploy/told-window.js';
import { grouped } from '../../ui/grouped.js';
import { type Check, type Earlier, type Finding, fail, pass, saidBy, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

/** A window with which Codex can work for a while between compactions; its first turn alone takes about 8,000 tokens. */
const COMFORTABLE = 32_768;

const CHECK = {
  ...titled('responses.context'),
  requires: ['model.served'],
};

/** A server that refuses any turn, or any with tools, refuses Codex's first one too. */
const SAID = ['responses.answers', 'responses.tools'];

/** What `doctor` asks: does Codex fit, and does the config say what the server has? */
export const responsesContext: Check = {
  ...CHECK,
  run: async (examination, earlier) =>
    (await sizeFault(examination)) ??
    (await refusalFault(examination, earlier)) ??
    (await configFault(examination)) ??
    found(examination),
};

/** The same for `init`, which sets the config right itself. */
export const contextSize: Check = {
  ...CHECK,
  run: async (examination, earlier) =>
    (await sizeFault(examination)) ?? (await refusalFault(examination, earlier)) ?? found(examination),
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
  const { window, tokens, fits, bounds } = asked;
  if (fits === false) {
    const size = tokens === null ? '' : ` of ${grouped(tokens)} tokens, as this server counts them,`;
    const has = window === null ? 'the context window' : `the context window of ${grouped(window)}`;
    return fail(`Codex's first turn${size} does not fit into ${has}.`, await longerLine(examination));
  }
  const most = window ?? bounds.atMost;
  if (most !== null && most < COMFORTABLE) {
    const first = tokens === null ? '' : `, of which Codex's first turn takes ${grouped(tokens)} here`;
    return warn(
      `The context window is ${window === null ? 'at most ' : ''}${grouped(most)} tokens${first}; with less than ${grouped(COMFORTABLE)} Codex has to compact often.`,
      await longerLine(examination),
    );
  }
  return null;
}

/** The server started again with a larger window, and with the parser that it has where that one is right. */
async function longerLine({ discovery, launchLine }: Examination): Promise<string> {
  if (launch((await discovery.model()) ?? '').toolsKnown) return launchLine(AGAIN, LONGER);
  await discovery.tool();
  const evidence = await discovery.evidence();
  const hasParser = evidence !== null && explain(evidence).toolCall.value === true;
  return launchLine(AGAIN, { ...LONGER, hasParser });
}

/** A first turn that is refused for something else than its length. */
async function refusalFault(examination: Examination, earlier: Earlier): Promise<Finding | null> {
  const refusal = (await ask(examination))?.refusal ?? null;
  if (refusal === null || !/^(4(00|13|22)|500):/.test(refusal)) return null;
  for (const id of SAID) if ((await earlier(id))?.status === 'fail') return saidBy(id);
  return fail(
    `Codex's first turn is refused as it is (${refusal}), although a short one is taken.`,
    refusalRemedy(Number.parseInt(refusal, 10), refusal, {
      again: await examination.launchLine(AGAIN),
      longer: await longerLine(examination),
    }),
  );
}

async function configFault(examination: Examination): Promise<Finding | null> {
  const { configuredWindow, initLine } = examination;
  const asked = await ask(examination);
  // What a catalog says is catalog.entry's.
  if (asked === null || configuredWindow?.from !== 'config') return null;
  const { window, bounds } = asked;
  const least = window ?? bounds.atLeast;
  const most = window ?? bounds.atMost;
  const remedy = `${initLine()}   # writes the one that it measures`;
  const { tokens } = configuredWindow;
  const told = `The config tells Codex of a window of ${grouped(tokens)} tokens`;
  if (most !== null && tokens > most)
    return warn(`${told}, the server has ${window === null ? 'at most ' : ''}${grouped(most)}.`, remedy);
  if (least !== null && tokens < least)
    return warn(
      `${told}, the server has ${window === null ? 'at least ' : ''}${grouped(least)}.`,
      (await isUsersOwn(examination)) ? takenOut(examination) : remedy,
    );
  return null;
}

const KEY = ['model_context_window'] as const;

/** Whether it is none that `init` wrote: it leaves a smaller one alone, which may be meant. */
async function isUsersOwn({ home, providerId }: Examination): Promise<boolean> {
  const { files } = await readJournal(home).catch(() => EMPTY_JOURNAL);
  const imprints = files[basename(home.configPath)]?.imprints ?? [];
  const ours = imprints.filter(({ provider }) => provider === providerId).flatMap(({ keys }) => keys);
  return !ours.some(({ path }) => isDeepStrictEqual(path, KEY));
}

function takenOut({ layers, initLine }: Examination): string {
  const giver = giverOf(layers, KEY);
  if (giver === null) return initLine();
  const script = takeOutScript(giver, KEY);
  return script === null
    ? `${openCommand(giver, KEY)}   # take it out if it is not meant, then: ${initLine()}`
    : `${sedCommand(giver, [script])} && ${initLine()}   # if it is not meant`;
}

async function found(examination: Examination): Promise<Finding> {
  const asked = await ask(examination);
  if (asked === null) return skip('nothing was asked');
  const { window, tokens, bounds } = asked;
  const first = tokens === null ? '' : `; Codex's first turn takes ${grouped(tokens)} of them here`;
  if (window !== null) return pass(`${grouped(window)} tokens${first}`);
  const words = boundsInWords(bounds);
  return words === '' ? skip('its length could not be told') : pass(`${words}${first}`);
}
