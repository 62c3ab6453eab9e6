import type { OutputItem } from './schema.js';
import { itemsOf, responseOf, type Turn, textOf } from './turn.js';

/** How a model's thoughts come back. */
export interface Reasoning {
  /** `separate`: apart from the answer, or kept back; `inline`: raw, within the answer; null: can't be told. */
  readonly kind: 'none' | 'separate' | 'inline' | null;
  /** By what it was told. */
  readonly evidence: string;
  /** A plain turn ended without a word: a reasoning parser took the whole answer for a thought. */
  readonly swallowed: boolean;
}

/** The least that a thought takes: its two tags, and a line end between and behind them. */
const LEAST_THOUGHT = 4;

/**
 * How the model thinks.
 *
 * @param text what came of a plain turn
 * @param tool what came of a turn with a call; null: none was sent
 * @param counted whether this server counts the tokens of thoughts that it keeps back
 */
export function reasoningOf(text: Turn, tool: Turn | null, counted: boolean): Reasoning {
  const turns = [text, ...(tool ? [tool] : [])].filter((turn) => responseOf(turn) !== null);
  const swallowed = isSwallowed(text);
  const told = (kind: Reasoning['kind'], evidence: string) => ({ kind, evidence, swallowed });
  // The opening tag alone may stand in the prompt, where the chat template puts it.
  if (turns.some((turn) => /<\/?think>/.test(textOf(itemsOf(turn)))))
    return told('inline', 'a <think> tag stood in the answer');
  const thought = Math.max(0, ...turns.map(thoughtTokens));
  if (thought > 0) return told('separate', `the usage counts ${thought} tokens of reasoning`);
  if (turns.some((turn) => itemsOf(turn).some(({ type }) => type === 'reasoning')))
    return told('separate', 'the output holds an item of type reasoning');
  const hidden = turns.find(hidesTokens);
  if (hidden !== undefined) return told('separate', 'more tokens were generated than the answer shows');
  const response = responseOf(text);
  if (response?.status !== 'completed') return told(null, 'the plain turn was not completed');
  if (!counted && (response.usage?.output_tokens ?? LEAST_THOUGHT) >= LEAST_THOUGHT)
    return told(null, 'a short thought may have been kept back, which this server does not count');
  return told('none', 'the plain turn was completed without a thought');
}

function thoughtTokens(turn: Turn): number {
  return responseOf(turn)?.usage?.output_tokens_details?.reasoning_tokens ?? 0;
}

/** A token is a byte at least, so what was generated beyond the bytes that came, and an end mark or so, was kept back. */
function hidesTokens(turn: Turn): boolean {
  const generated = responseOf(turn)?.usage?.output_tokens ?? 0;
  // The markup of a call is not among what came.
  if (itemsOf(turn).some(({ type }) => type === 'function_call')) return false;
  return generated > bytesOf(itemsOf(turn)) + 4;
}

function bytesOf(items: readonly OutputItem[]): number {
  return Buffer.byteLength(textOf(items));
}

function isSwallowed(turn: Turn): boolean {
  const items = itemsOf(turn);
  return (
    responseOf(turn)?.status === 'completed' &&
    textOf(items) === '' &&
    !items.some(({ type }) => type === 'function_call')
  );
}
