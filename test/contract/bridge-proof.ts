import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestedCodex } from '../codexes.js';
import { codexBridged, MCP_SERVERS } from './bridged.js';
import { type Real, type Release, startReal } from './real.js';

/** One pixel, black. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const HELLO = { code: 0, stdout: 'Hello from LMDeploy.\n' };
const patch = (...lines: string[]) =>
  `CALL: apply_patch ${JSON.stringify({ input: ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n') })}`;

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

      describe.each(codexes)('Codex $version', (codex) => {
        test('tools of MCP servers: text, an image, the same name in two servers, one without arguments', async () => {
          const { exec, again } = await codexBridged(real.baseUrl, codex, MCP_SERVERS);
          const sum = await exec('CALL: mcp__everything__get_sum {"a": 40, "b": 2}');
          expect(sum.stdout).toContain('The sum of 40 and 2 is 42.');
          const other = await exec('CALL: mcp__again__get_sum {"a": 1, "b": 2}');
          expect(other.stdout).toContain('The sum of 1 and 2 is 3.');
          expect(other.stderr).toMatch(/again.get.sum/);
          const image = await exec('CALL: mcp__everything__get_tiny_image');
          expect(image.stdout).toContain('The image above is the MCP logo.');
          const bare = await again('CALL: list_mcp_resources');
          expect(bare).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Done: /) });
          expect(await again('And now?')).toMatchObject(HELLO);
        });

        test('sub-agents, apply_patch and pictures', async () => {
          const { exec, again, read, write, work } = await codexBridged(real.baseUrl, codex);
          const agent = await exec('AGENT: RUN: echo from-$((6*7))');
          expect(agent.stderr).toContain('SpawnAgent');
          expect(agent.stderr).toContain('Wait');
          // The agent's own turn ran the command, and what it said came back to the one that waits.
          const prompts = real.prompts().map(({ prompt }) => prompt);
          expect(prompts.some((prompt) => /"completed":\s*"Done: from-42"/.test(prompt))).toBe(true);

          await write('old.txt', 'gone\n');
          await exec(patch('*** Add File: a.txt', '+one', '+two', '*** Delete File: old.txt'));
          expect([await read('a.txt'), await read('old.txt')]).toEqual(['one\ntwo\n', null]);
          const changed = await exec(patch('*** Update File: a.txt', '@@', ' one', '-two', '+2'));
          expect(changed.stdout).toBe('Done: M a.txt\n');
          expect(await read('a.txt')).toBe('one\n2\n');

          await write('dot.png', DOT);
          expect(await exec('--image=dot.png', '--', 'What is this?')).toMatchObject(HELLO);
          await again(`CALL: view_image {"path": "${work}/dot.png"}`);
          expect(await again('And now?')).toMatchObject(HELLO);
        });
      });
    },
  );
}
