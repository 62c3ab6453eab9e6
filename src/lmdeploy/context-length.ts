import type { Client } from './client.js';
import type { Probe } from './prober.js';
import { countedTurn, longTurn } from './requests.js';
import type { ServerError } from './server-error.js';
import { beginTurn, isCutShort, responseOf, type Turn, takeTurn, textOf } from './turn.js';

/** What a server made of an input of some length. All counts are tokens, as the server counts them. */
export interface Sized {
  readonly fits: boolean | null;
  /** How long the input was; null: it did not say. */
  readonly tokens: number | null;
  /** The context length, where the refusal names it (LMDeploy 0.16 to 0.18). */
  readonly contextLength: number | null;
  /** Why it was refused, where that is not its length: a status, and the server's or a gateway's own words. */
  readonly refusal?: string;
}

/** What is known of a context length: it is from `atLeast` to `atMost`. */
export interface Bounds {
  readonly atLeast: number | null;
  readonly atMost: number | null;
}

/** How long an input is tried, where none was stated: longer than all windows in use, but few. */
const LADDER = [300_000, 600_000, 1_200_000] as const;

/** Sends Codex's own first request once, to have its tokens counted. */
export async function sizeFirstTurn(
  client: Client,
  probe: Probe,
  model: string,
  firstTurn: object,
): Promise<Sized | null> {
  const body = countedTurn(model, firstTurn);
  const turn = await probe('Codex’s own first turn', () => takeTurn(client, body));
  return turn && sized(turn);
}

export interface Search {
  /** The window that the config states; null: none. */
  readonly stated: number | null;
  /** Whether to go on where the stated window turns out to be less than the server has. */
  readonly further: boolean;
  /** Whether the refusal of an input depends on its having no limit on the output (LMDeploy 0.14 and 0.15). */
  readonly unlimited: boolean;
}

/**
 * Looks for the context length by inputs that are too long for it, which cost the server no more than their encoding.
 *
 * @returns what came of each input, in order; the last one tells most
 */
export async function searchContextLength(
  client: Client,
  probe: Probe,
  model: string,
  { stated, further, unlimited }: Search,
): Promise<readonly Sized[]> {
  const above = LADDER.filter((tokens) => stated === null || tokens > stated);
  // Three at most: who has stated a window is most likely right, so the ladder may be steeper then.
  const rungs = stated === null ? above : [stated, ...(further ? above.filter(isNotMiddle) : [])];
  const tries: Sized[] = [];
  for (const tokens of rungs) {
    const turn = await probe('the context length', () =>
      unlimited
        ? beginTurn(client, longTurn(model, tokens, false))
        : takeTurn(client, longTurn(model, tokens, true)),
    );
    if (turn === null) break;
    // What was hung up on was not counted, but it holds more than the words that fill it.
    const seen =
      turn.state === 'begun' ? { fits: true, tokens: tokens + 1, contextLength: null } : sized(turn);
    tries.push(seen);
    if (seen.fits !== true) break;
  }
  return tries;
}

function isNotMiddle(tokens: number): boolean {
  return tokens !== LADDER[1];
}

/** What a turn tells of its input's length. */
function sized(turn: Turn): Sized {
  const counted = responseOf(turn)?.usage?.input_tokens || null;
  if (turn.state === 'refused') return refusedFor(turn.error);
  if (turn.state === 'failed')
    return engineSaysTooLong(`${turn.message} ${textOf(turn.response.output)}`)
      ? { fits: false, tokens: counted, contextLength: null }
      : { fits: null, tokens: counted, contextLength: null };
  if (turn.state !== 'done' && turn.state !== 'whole')
    return { fits: null, tokens: null, contextLength: null };
  // LMDeploy 0.14 and 0.15: an input that is too long ends at once, "incomplete" and without a token.
  const isTooLong = isCutShort(turn) && turn.response.usage?.output_tokens === 0;
  return { fits: !isTooLong, tokens: counted, contextLength: null };
}

function refusedFor({ status, message }: ServerError): Sized {
  const lengths = lengthsIn(message);
  if (lengths === null)
    return { fits: null, tokens: null, contextLength: null, refusal: `${status}: ${message}` };
  return { fits: false, ...lengths };
}

/** "Input length (24009) must be smaller than the model context length (8192)." (LMDeploy 0.16 to 0.18) */
export function lengthsIn(refusal: string): { tokens: number; contextLength: number } | null {
  const [, tokens, length] = /Input length \((\d+)\).*context length \((\d+)\)/.exec(refusal) ?? [];
  if (tokens === undefined || length === undefined) return null;
  return { tokens: Number(tokens), contextLength: Number(length) };
}

/** The engine's own limit, which is less than the context length where its cache is small (LMDeploy's source). */
export function engineSaysTooLong(failure: string): boolean {
  return /INPUT_LENGTH_ERROR|exceeds the model context length/.test(failure);
}

/** What inputs of several lengths say together: at least as long as the longest that fits, at most as the shortest that does not. */
export function boundsOf(all: readonly Sized[]): Bounds {
  const exact = all.find(({ contextLength }) => contextLength !== null)?.contextLength;
  if (exact != null) return { atLeast: exact, atMost: exact };
  const lengths = (fits: boolean) =>
    all.flatMap((one) => (one.fits === fits && one.tokens !== null ? [one.tokens] : []));
  const fitting = lengths(true);
  const tooLong = lengths(false);
  return {
    atLeast: fitting.length > 0 ? Math.max(...fitting) : null,
    atMost: tooLong.length > 0 ? Math.min(...tooLong) : null,
  };
}
