import { describe, expect, onTestFinished, test } from 'vitest';
import { greet, type Script } from '../../src/stand-in/script.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { codexThrough, exec, MODEL } from '../codex-through.js';

const OUT_OF_ROOM = /^ERROR: Codex ran out of room in the model's context window\./m;
const COMPACTION = /CONTEXT CHECKPOINT COMPACTION/;
/** The stand-in's tokens: Codex's first turn fits, and with the output of four commands not even its compaction does. */
const LENGTH = 11_000;

async function serve(options: StandInOptions) {
  const server = await startStandIn({ models: [MODEL], ...options });
  onTestFinished(() => server.close());
  /** The status of each turn, by what it was for. */
  const statuses = () => {
    const turns = server.requests.filter(({ path }) => path === '/v1/responses');
    const isCompaction = (body: unknown) => COMPACTION.test(JSON.stringify(body));
    return {
      turns: turns.filter(({ body }) => !isCompaction(body)).map(({ status }) => status),
      compactions: turns.filter(({ body }) => isCompaction(body)).map(({ status }) => status),
    };
  };
  return { server, statuses };
}

/** Four commands that write much, once; a summary when it is asked for. */
function talkative(): Script {
  let compacted = false;
  return (turn) => {
    if (COMPACTION.test(turn.lastUserMessage)) {
      compacted = true;
      return { text: 'What was done until now.' };
    }
    const calls = [1, 2, 3, 4].map((from) => ({
      name: 'exec_command',
      arguments: JSON.stringify({ cmd: `seq ${from} 4000` }),
    }));
    if (compacted) return { text: 'Done.' };
    return turn.toolOutput === null ? { calls } : greet(turn);
  };
}

describe('a conversation that does not fit, through a bridge', () => {
  test.each([
    ['refused, on 0.18', '0.18', 400],
    ['ended at once, on 0.14', '0.14', 200],
  ] as const)(
    '%s: Codex says in its own words that it ran out of room, after one request',
    async (_, release, status) => {
      const { server, statuses } = await serve({ release, contextLength: 4_096 });
      const { code, stderr } = await exec(server.baseUrl);
      expect(code).toBe(1);
      expect(stderr).toMatch(OUT_OF_ROOM);
      expect(stderr).not.toContain('Reconnecting');
      expect(statuses()).toEqual({ turns: [status], compactions: [] });
    },
  );

  test('met while Codex compacts: it leaves its oldest items out until they fit', async () => {
    const { server, statuses } = await serve({ contextLength: LENGTH, script: talkative() });
    const config = 'model_context_window = 60000\nmodel_auto_compact_token_limit = 9000';
    const { code, stdout, stderr } = await exec(server.baseUrl, { config });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    expect(stderr).not.toContain('Reconnecting');
    const { turns, compactions } = statuses();
    expect(turns).toEqual([200, 200]);
    expect(compactions.length).toBeGreaterThan(2);
    expect(compactions).toEqual([...compactions.slice(1).map(() => 400), 200]);
  });

  test('met in a turn, by a config that knows no window: the next turn compacts, and the session goes on', async () => {
    const { server, statuses } = await serve({ contextLength: LENGTH, script: talkative() });
    const codex = await codexThrough(server.baseUrl);
    const first = await codex('exec', '--skip-git-repo-check', 'Say hello');
    expect(first).toMatchObject({ code: 1, stderr: expect.stringMatching(OUT_OF_ROOM) });
    expect(statuses()).toEqual({ turns: [200, 400], compactions: [] });
    const next = await codex('exec', 'resume', '--last', '--skip-git-repo-check', 'Go on');
    expect(next).toMatchObject({ code: 0, stdout: 'Done.\n' });
    expect(statuses().compactions.at(-1)).toBe(200);
    expect(statuses().turns).toEqual([200, 400, 200]);
  });
});
