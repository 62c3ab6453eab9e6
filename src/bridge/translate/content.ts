import { isObject, type JsonObject, textOr } from './json.js';

/** The parts of a message or an output that LMDeploy reads (0.14 to 0.18). */
const TEXT_PARTS: readonly unknown[] = ['input_text', 'output_text', 'text'];

/**
 * Content as LMDeploy takes it, a text or parts with text; every other part gives way to a line that says what was there.
 * The same value where nothing changes. Pure.
 *
 * @param part the type of a part that stands in for another one
 */
export function textContent(content: unknown, part: 'input_text' | 'output_text'): unknown {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (!Array.isArray(content)) return JSON.stringify(content);
  const parts = content.map((one: unknown) => (isPlain(one) ? one : { type: part, text: wordsFor(one) }));
  return parts.every((one, index) => one === content[index]) ? content : parts;
}

function isPlain(part: unknown): boolean {
  return isObject(part) && TEXT_PARTS.includes(part['type']) && typeof part['text'] === 'string';
}

function wordsFor(part: unknown): string {
  if (typeof part === 'string') return part;
  if (!isObject(part)) return '';
  const { type } = part;
  switch (type) {
    case 'input_image':
    case 'image':
      return '[An image was here. This model reads text only, so it can’t see it.]';
    case 'input_audio':
    case 'audio':
      return '[A recording was here. This model reads text only, so it can’t hear it.]';
    case 'input_file':
      return `[The file ${textOr(part['filename'], 'without a name')} was here. This model reads text only.]`;
    case 'encrypted_content':
      return openWords(part['encrypted_content']);
  }
  const words = [part['text'], part['refusal'], part['content']].find((one) => typeof one === 'string');
  if (words !== undefined) return words as string;
  if (TEXT_PARTS.includes(type)) return '';
  return `[Something of the type ${textOr(type, 'unknown')} was here, which this model can’t read.]`;
}

/**
 * What a sub-agent is told: Codex 0.169.0 takes the words of the model for encrypted (`multi_agent_v2`), which only OpenAI's
 * are: those begin with a version byte and a time, and have no blanks.
 */
function openWords(encrypted: unknown): string {
  return typeof encrypted === 'string' && !/^gAAAA[\w-]+=*$/.test(encrypted)
    ? encrypted
    : '[Something was here that only the server it came from can read.]';
}

/** A message that stands in for something that LMDeploy refuses. */
export function standIn(role: 'user' | 'assistant', text: string): JsonObject {
  const type = role === 'user' ? 'input_text' : 'output_text';
  return { type: 'message', role, content: [{ type, text }] };
}
