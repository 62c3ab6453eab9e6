import { isObject } from './json.js';

/**
 * A call's arguments as every release of LMDeploy takes them back: the text of a JSON object. What is none stands in one
 * as `raw`. Pure.
 */
export function callArguments(value: unknown): string {
  if (isObject(value)) return JSON.stringify(value);
  if (typeof value !== 'string' || value.trim() === '') return '{}';
  const parsed = isReadable(value) ? parse(value) : undefined;
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
  const parsed = parse(args) ?? parse(withEscapes(args));
  // Codex can't read an event that holds half of a character.
  if (typeof parsed === 'string') return parsed.toWellFormed();
  if (!isObject(parsed)) return args;
  const texts = Object.values(parsed).filter((one) => typeof one === 'string');
  const found = typeof parsed['input'] === 'string' ? parsed['input'] : texts.length === 1 ? texts[0] : null;
  return typeof found === 'string' ? found.toWellFormed() : args;
}

/** What a JSON text holds; undefined for none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Models write a patch's line ends into the text as they are. */
function withEscapes(json: string): string {
  let isText = false;
  return json.replace(/\\.|["\p{Cc}]/gsu, (one) => {
    if (one === '"') isText = !isText;
    return isText && one < ' ' ? JSON.stringify(one).slice(1, -1) : one;
  });
}

/** Python gives up a number of more than 4,300 digits (400 of 0.14 to 0.18), and deep nesting (500, some 1,000 levels). */
const TOO_MANY_DIGITS = /\d{4301}/;
const MOST_LEVELS = 500;

function isReadable(json: string): boolean {
  return !TOO_MANY_DIGITS.test(json) && !isDeep(json);
}

function isDeep(json: string): boolean {
  if (json.length <= MOST_LEVELS) return false;
  let level = 0;
  let isText = false;
  for (let at = 0; at < json.length; at += 1) {
    const one = json[at];
    if (one === '"') isText = !isText;
    else if (isText) at += one === '\\' ? 1 : 0;
    else if (one === '[' || one === '{') level += 1;
    else if (one === ']' || one === '}') level -= 1;
    if (level > MOST_LEVELS) return true;
  }
  return false;
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
