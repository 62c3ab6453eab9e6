import { expect, onTestFinished, test } from 'vitest';
import { type StandIn, startStandIn } from '../../src/stand-in/server.js';
import { codexInTerminal, hasTmux } from '../codex-in-terminal.js';
import { codexOn } from '../codex-on.js';

const MODELS = ['Qwen/Qwen3.5-35B-A3B', 'sql', 'docs'];

async function standIn(models: readonly string[]): Promise<StandIn> {
  const server = await startStandIn({ models });
  onTestFinished(() => server.close());
  return server;
}

/** The models that a server was asked for turns with, the newest last. */
const asked = ({ requests }: StandIn) =>
  requests
    .filter(({ path }) => path === '/v1/responses')
    .map(({ body }) => (body as { model: string }).model);

test.skipIf(!hasTmux).each([
  ['init --profile', ['--profile', 'lmdeploy', '--model', MODELS[0] ?? ''], 'lmdeploy'],
  ['init --all-models', ['--all-models'], 'qwen3-5-35b-a3b'],
])(
  '%s: Codex knows the model, /model lists what is served and switches (needs tmux)',
  async (_, flags, profile) => {
    const server = await standIn(MODELS);
    const world = await codexOn(server.baseUrl, { flags });
    const { screen, sees, enter, chooseSecond } = await codexInTerminal(world, profile);
    await enter('Say hello');
    await sees('Hello from LMDeploy.');
    expect(screen()).not.toMatch(/metadata|not found/i);
    expect(asked(server).at(-1)).toBe(MODELS[0]);

    expect(await chooseSecond('sql')).toEqual(MODELS);
    const before = asked(server).length;
    await enter('RUN: echo hi-$((6*7))');
    await sees('Done: hi-42');
    expect(screen()).not.toMatch(/metadata|not found/i);
    // Two of the session, and one for its title.
    const since = asked(server).slice(before);
    expect(since.length).toBeGreaterThanOrEqual(2);
    expect(new Set(since)).toEqual(new Set(['sql']));
  },
);

test.skipIf(!hasTmux)(
  'a model of another server: /model lists it, its own profile reaches it (needs tmux)',
  async () => {
    const [one, two] = [await standIn(['a/First']), await standIn(['b/Second'])];
    const world = await codexOn(one.baseUrl, { flags: ['--all-models', '--server', two.baseUrl] });
    const { sees, enter, chooseSecond } = await codexInTerminal(world, 'first');
    expect(await chooseSecond('b/Second')).toEqual(['a/First', 'b/Second']);
    await enter('Say hello');
    await sees('does not exist');
    const said = await world.codex(['--profile', 'second', 'exec', '--skip-git-repo-check', 'hi']);
    expect(said).toMatchObject({ code: 0, stdout: 'Hello from LMDeploy.\n' });
    expect(asked(two).at(-1)).toBe('b/Second');
  },
);
