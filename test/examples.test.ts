import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { declare } from '../src/cli.js';
import { EXAMPLES } from '../src/examples.js';
import { parseFlags } from '../src/options.js';
import { cli, context, scratch } from './cli.js';

const LINES = Object.entries(EXAMPLES).flatMap(([command, examples]) =>
  examples.map(([line]) => ({ command, line })),
);

test('every command has examples, and shows them', async () => {
  const home = await scratch();
  const { stdout } = await cli(['--help'], { home });
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => String(name));
  expect(Object.keys(EXAMPLES)).toEqual(commands.filter((name) => !['completion', 'help'].includes(name)));
  for (const [command, examples] of Object.entries(EXAMPLES)) {
    const help = (await cli([command, '--help'], { home })).stdout;
    for (const [line, what] of examples) expect(help).toContain(`\n  # ${what}\n  codex-lmdeploy ${line}`);
  }
});

/** What a line gives to its command, which is not run; throws where it takes no such option, argument or value. */
async function parsed(command: string, line: string): Promise<unknown> {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  let flags: unknown = null;
  const { context: its } = context({ home: await scratch() });
  const program = declare(its, words, () => async (...args: unknown[]) => {
    flags = parseFlags(command as 'init', (args.at(-1) as Command).opts());
  });
  await program.parseAsync(words, { from: 'user' });
  return flags;
}

describe('an example can be typed as it stands', () => {
  test.each(LINES)('codex-lmdeploy $line', async ({ command, line }) => {
    expect(line.split(' ')[0]).toBe(command);
    await expect(parsed(command, line)).resolves.toEqual(expect.any(Object));
  });

  test.each([
    ['doctor', 'doctor --fleet'],
    ['doctor', 'doctor --wait http://gpu1:23333'],
    ['models', 'models http://gpu1:23333 tiny'],
    ['init', 'init --server'],
  ])('which of this one is not true: %s %s', async (command, line) => {
    await expect(parsed(command, line)).rejects.toThrow();
  });
});
