import { isObject } from './json.js';

/**
 * A call's arguments as every release of LMDeploy takes them back: the text of a JSON object. What is none stands in one
 * as `raw`. Pure.
 */
export function callArguments(value: unknown): string {
  if (isObject(value)) return JSON.stringify(value);
  if (typeof value !== 'string' || value.trim() === '') return '{}';
  const parsed = parse(value);
  if (isObject(parsed) && !hasHalfCharacter(parsed, value)) return value;
  return JSON.stringify(isObject(parsed) ? wellFormed(parsed) : { raw: value.toWellFormed() });
}

/** A custom tool's input, as the arguments of the function in its place. Pure. */
export function customArguments(input: unknown): string {
  return JSON.stringify({ input: typeof input === 'string' ? input : JSON.stringify(input ?? '') });
}

/**
 * What a custom tool is to get of a call's arguments. A model that did not keep to the one parameter is met halfway: any
 * only text in it will do, and arguments that are no JSON are the input themselves. Pure.
 */
export function customInput(args: string): string {
  const parsed = parse(args);
  if (typeof parsed === 'string') return parsed;
  if (!isObject(parsed)) return args;
  if (typeof parsed['input'] === 'string') return parsed['input'];
  const texts = Object.values(parsed).filter((one) => typeof one === 'string');
  return texts.length === 1 ? (texts[0] as string) : args;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Python reads half of a character out of an escape, and LMDeploy's tokenizers then fail at it. */
function hasHalfCharacter(parsed: unknown, text: string): boolean {
  return /\\u[dD][89a-fA-F]/.test(text) && JSON.stringify(parsed) !== JSON.stringify(wellFormed(parsed));
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name.toWellFormed(), wellFormed(one)]),
  );
}
