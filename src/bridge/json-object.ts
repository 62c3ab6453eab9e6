import { parseJson } from '../lmdeploy/json.js';
import type { JsonObject } from './translate/turn.js';

/** A text's JSON object; null for anything else. */
export function jsonObject(text: string): JsonObject | null {
  const read = parseJson(text);
  const value = 'json' in read ? read.json : null;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
