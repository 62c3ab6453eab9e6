import { describe, expect, onTestFinished, test } from 'vitest';
import { apiRoot } from '../../src/lmdeploy/address.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { exec, MODEL, shown } from '../codex-through.js';
import { CODEXES } from '../codexes.js';
import { SYMPTOMS } from '../e2e/bridge-rows.js';

/** The newest goes through the same table in e2e/bridge-errors.test.ts. */
const OLDER = CODEXES.filter(({ version }) => version !== '0.169.0');

describe.each(OLDER)('Codex $version through a bridge$why says at once, in one sentence, of', (codex) => {
  test.runIf(codex.isThere).each(SYMPTOMS)('$what', async ({ serve, says, remedy, env, key }) => {
    const { code, stderr } = await exec(apiRoot(await serve()), { env, key, path: codex.path });
    expect(code).toBe(1);
    expect(shown(stderr)[0]).toEqual({
      sentence: expect.stringMatching(says),
      remedy: expect.stringMatching(remedy),
    });
    expect(stderr).not.toContain('Reconnecting');
  });

  test.runIf(codex.isThere).each([
    ['an input that is refused for its length', '0.18'],
    ['an input at which a turn ends, incomplete', '0.14'],
  ] as const)('%s, in its own words and after one request', async (_, release) => {
    const server = await startStandIn({ models: [MODEL], release, contextLength: 4_096 });
    onTestFinished(() => server.close());
    const { code, stderr } = await exec(server.baseUrl, { path: codex.path });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ERROR: Codex ran out of room in the model's context window\./m);
    expect(server.requests.filter(({ path }) => path === '/v1/responses')).toHaveLength(1);
  });
});
