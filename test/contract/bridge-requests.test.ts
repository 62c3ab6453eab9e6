import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JsonObject, translateTurn } from '../../src/bridge/translate/turn.js';
import { AGENTS, fn, HELLO, MCP, PATCH, SEARCH, WEB_SEARCH } from '../bridge/translate/codex-items.js';
import { ROWS } from '../bridge/translate/history-rows.js';
import { request } from '../bridge/translate/requests.js';
import { RELEASES, type Real, startReal } from './real.js';

const TOOLS = [fn('exec_command'), MCP, AGENTS, PATCH, SEARCH, WEB_SEARCH];
const COMPLETED = '200 response.completed';

/** The status of the answer, and the last event or the refusal. */
async function outcome({ baseUrl }: Real, body: JsonObject): Promise<string> {
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ ...body, stream: true }),
  });
  const said = await response.text();
  const last = [...said.matchAll(/^event: (.*)$/gm)].at(-1)?.[1];
  return `${response.status} ${last ?? said.slice(0, 300)}`;
}

describe.each(RELEASES.filter(({ release }) => !release.includes('too new')))(
  'LMDeploy $release',
  (release) => {
    let real: Real;

    beforeAll(async () => {
      real = await startReal(release, { parser: 'qwen3' });
    });

    afterAll(() => real?.close());

    const turn = (...items: object[]): JsonObject => ({ input: [HELLO, ...items, HELLO], tools: TOOLS });

    test('takes each item of a history once it is translated', async () => {
      const whole = turn(...ROWS.map(({ item }) => item));
      expect(await outcome(real, translateTurn(whole).body)).toBe(COMPLETED);
    });

    // A row that is no longer refused is one less to translate.
    test('takes as they are only those that say so', async () => {
      const taken = turn(...ROWS.filter(({ isRefused }) => !isRefused).map(({ item }) => item));
      expect(await outcome(real, taken)).toBe(COMPLETED);
      for (const { name, item } of ROWS.filter(({ isRefused }) => isRefused))
        expect(await outcome(real, turn(item)), name).not.toBe(COMPLETED);
    });
    test('takes any request of the shape of one of Codex’s once it is translated', async () => {
      const bodies = fc.sample(request, { numRuns: 200, seed: 1 });
      for (const body of bodies) {
        const { stream: _, ...sent } = translateTurn(body).body;
        expect(await outcome(real, sent), JSON.stringify(sent)).toBe(COMPLETED);
      }
    });

    test('takes what may be called, by the names that it knows', async () => {
      for (const choice of [
        { type: 'function', name: 'add', namespace: 'mcp__t' },
        { type: 'custom', name: 'apply_patch' },
        { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'exec_command' }] },
        { type: 'web_search' },
        null,
      ]) {
        const { body } = translateTurn({ ...turn(), tool_choice: choice, reasoning: { effort: 'max' } });
        expect(await outcome(real, body), JSON.stringify(choice)).toBe(COMPLETED);
      }
    });
  },
);
