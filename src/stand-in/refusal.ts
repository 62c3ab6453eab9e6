import type { Behaviour } from './release.js';

/** An answer that is no success; a text in place of a body goes out as plain text. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object | string;

  constructor(status: number, body: object | string) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** An error body of `/v1/responses`: nested, with the parameter at fault. */
export function refuse(status: number, message: string, param: string | null = null, type?: string): Refusal {
  const usual = status >= 500 ? 'server_error' : 'invalid_request_error';
  return new Refusal(status, { error: { message, type: type ?? usual, param, code: status } });
}

/** The error body of every other path. */
export function refuseFlat(status: number, message: string): Refusal {
  const type = status === 401 ? 'authentication_error' : 'invalid_request_error';
  return new Refusal(status, { message, type, code: status, param: null, object: 'error' });
}

/** What an exception that nobody caught becomes. */
export function crash(): Refusal {
  return new Refusal(500, 'Internal Server Error');
}

/** A field that is not what it should be. `path` leads to it, below the body. */
export function invalid(
  { invalidField }: Behaviour,
  body: unknown,
  path: readonly (string | number)[],
  message: string,
  type: string,
): Refusal {
  if (invalidField === 'error') return refuse(400, [path.join('.'), message].filter(Boolean).join(': '));
  return new Refusal(422, { detail: [{ type, loc: ['body', ...path], msg: message }], body });
}

/** Python's `repr`, as LMDeploy puts it into its messages: right for texts and null, approximate for other values. */
export function repr(value: unknown): string {
  if (value === undefined || value === null) return 'None';
  if (typeof value !== 'string') return JSON.stringify(value);
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escaped = value.replace(/[\\\x00-\x1f\x7f]/g, escapedCharacter);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapedCharacter(character: string): string {
  return ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
