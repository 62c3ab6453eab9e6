import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestedCodex } from '../codexes.js';
import { codexBridged, MCP_SERVERS } from './bridged.js';
import { DOT } from './dot.js';
import { elsewhere } from './elsewhere.js';
import { type Real, type Release, startReal } from './real.js';
import { codexBy } from './ways.js';

const HELLO = { code: 0, stdout: 'Hello from LMDeploy.\n' };

/** What comes first in the history, or the first thing that the release looks at. */
const REFUSED = /Unsupported Responses input item type: 'reasoning'|arguments contain invalid JSON/;

/** Each is up to four sessions of Codex, which two busy cores take a minute for. */
const LIMIT_MS = 180_000;

const call = (name: string, args: object = {}) => `${name} ${JSON.stringify(args)}`;
const chain = (...calls: string[]) => `CHAIN: ${calls.join(' | ')}`;
const patch = (...lines: string[]) =>
  call('apply_patch', { input: ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n') });

export interface Setting {
  readonly release: Release;
  readonly parser: 'qwen3' | 'qwen3coder';
}

/** What works through a bridge and not without one, with the real Codex on the real LMDeploy. */
export function proveBridge(settings: readonly Setting[], codexes: readonly TestedCodex[]): void {
  describe.each(settings)(
    'LMDeploy $release.release with $parser, through a bridge',
    ({ release, parser }) => {
      let real: Real;

      beforeAll(async () => {
        real = await startReal(release, { parser });
      });

      afterAll(() => real?.close());

      /** What the model was told last. */
      const lastPrompt = () => real.prompts().at(-1)?.prompt ?? '';

      describe.each(codexes)('Codex $version on it$why', ({ path, isThere }) => {
        const proof = (what: string, prove: () => Promise<void>) =>
          test.runIf(isThere)(what, { timeout: LIMIT_MS }, prove);

        proof(
          'tools of MCP servers: text, an image, the same name in two, one without arguments',
          async () => {
            const { exec, again } = await codexBridged(real.baseUrl, { path, before: MCP_SERVERS });
            const said = await exec(
              chain(
                call('mcp__everything__get_tiny_image'),
                call('mcp__again__get_env'),
                call('mcp__everything__get_env'),
                call('mcp__everything__get_sum', { a: 40, b: 2 }),
              ),
            );
            expect(said).toMatchObject({
              code: 0,
              stdout: expect.stringContaining('The sum of 40 and 2 is 42.'),
            });
            expect(lastPrompt()).toContain('The image above is the MCP logo.');
            // Older ones give an MCP answer as JSON within a text.
            const who = [...lastPrompt().matchAll(/\\?"WHO\\?": \\?"(\w+)/g)].map(([, name]) => name);
            expect(who).toEqual(['again', 'everything']);
            const bare = await again('CALL: list_mcp_resources');
            expect(bare).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Done: /) });
            expect(await again('And now?')).toMatchObject(HELLO);
          },
        );

        proof('sub-agents, apply_patch, a call without arguments', async () => {
          const { exec, again, read, write } = await codexBridged(real.baseUrl, { path });
          const agent = await exec(
            chain(
              call('multi_agent_v1__spawn_agent', { message: 'RUN: echo from-$((6*7))' }),
              call('multi_agent_v1__wait_agent', { targets: ['<agent_id>'], timeout_ms: 30_000 }),
            ),
          );
          expect(agent.stderr).toContain('SpawnAgent');
          expect(agent.stderr).toContain('Wait');
          // The agent's own turn ran the command, and what it said came back to the one that waits.
          expect(agent.stdout).toMatch(/^Done: .*"completed":\s*"Done: from-42"/);

          await write('old.txt', 'gone\n');
          const changed = await exec(
            chain(
              patch('*** Add File: a.txt', '+one', '+two', '*** Delete File: old.txt'),
              patch('*** Update File: a.txt', '@@', ' one', '-two', '+2'),
            ),
          );
          expect(changed).toMatchObject({ code: 0, stdout: 'Done: M a.txt\n' });
          expect([await read('a.txt'), await read('old.txt')]).toEqual(['one\n2\n', null]);
          expect(await again('CALL: get_goal')).toMatchObject({
            code: 0,
            stdout: expect.stringMatching(/^Done: /),
          });
          expect(await again('And now?')).toMatchObject(HELLO);
        });

        proof('pictures, where no catalog keeps them back', async () => {
          const options = { path, before: MCP_SERVERS, flags: ['--no-catalog'] };
          const { exec, again, write, work } = await codexBridged(real.baseUrl, options);
          await write('dot.png', DOT);
          expect(await exec('--image=dot.png', '--', 'What is this?')).toMatchObject(HELLO);
          expect(lastPrompt()).toContain('An image was here');
          await again(
            chain(call('view_image', { path: `${work}/dot.png` }), call('mcp__everything__get_tiny_image')),
          );
          expect(lastPrompt().split('An image was here')).toHaveLength(4);
          expect(await again('And now?')).toMatchObject(HELLO);
        });

        proof('a session that began elsewhere', async () => {
          const { exec, again, read } = await codexBridged(real.baseUrl, { path });
          const there = `model_providers.lmdeploy.base_url="${await elsewhere()}"`;
          const begun = await exec('-c', there, 'What is the weather?');
          expect(begun).toMatchObject({ code: 0, stdout: 'It was sunny elsewhere.\n' });
          expect(await read('elsewhere.txt')).toBe('made elsewhere\n');
          expect(await again('RUN: echo hi-$((6*7))')).toMatchObject({ code: 0, stdout: 'Done: hi-42\n' });
          for (const kept of [
            'The web was searched: the weather',
            '+made elsewhere',
            'It was sunny elsewhere.',
          ])
            expect(lastPrompt()).toContain(kept);
          // Without a bridge, LMDeploy refuses the same.
          const direct = await codexBy('directly', real.baseUrl, { path });
          await direct.codex(['exec', '--skip-git-repo-check', '-c', there, 'What is the weather?']);
          const refused = await direct.codex([
            'exec',
            'resume',
            '--skip-git-repo-check',
            '--last',
            'And now?',
          ]);
          expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(REFUSED) });
        });
      });
    },
  );
}
