import type { Answered, Asked, Failure } from '../../../src/bridge/translate/errors.js';

export const KEY = 'sk-secret-0123456789';
export const ASKED: Asked = {
  baseUrl: 'http://127.0.0.1:23333/v1',
  model: 'Qwen/Qwen3.5-35B-A3B',
  authorization: undefined,
  isLimited: false,
  hasAnswered: false,
  redirect: null,
};
export const LAUNCH =
  'lmdeploy serve api_server Qwen/Qwen3.5-35B-A3B --tool-call-parser qwen3coder --reasoning-parser default';

export const answered = (
  status: number,
  body: string | object,
  headers: Answered['headers'] = {},
): Failure => ({
  kind: 'answered',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
export const refusal = (status: number, message: string, param: string | null = null): Failure =>
  answered(status, { error: { message, type: 'x', param, code: status } });
export const ended = (event: Record<string, unknown>): Failure => ({ kind: 'ended', event });
