import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../src/examples.js';
import { cli, scratch } from './cli.js';
import { parsed } from './command-line.js';

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

test('help NAME is the same, and tells of a name that there is none of', async () => {
  const home = await scratch();
  const ran = (line: string) => cli(line.split(' '), { home });
  expect(await ran('help doctor')).toEqual(await ran('doctor --help'));
  expect(await ran('help help')).toEqual(await ran('--help'));
  expect(await ran('help docto')).toEqual(await ran('docto'));
  expect((await ran('docto')).stderr).toMatch(/^error: unknown command 'docto'\n?.*doctor/);
});

test('a help page is no wider than a terminal, nor than 100 columns', async () => {
  const home = await scratch();
  for (const [columns, most] of [
    [80, 80],
    [250, 100],
  ] as const)
    for (const command of [[], ...[...Object.keys(EXAMPLES), 'completion'].map((name) => [name])]) {
      const { stdout } = await cli([...command, '--help'], { home, columns });
      const [help = '', examples = ''] = stdout.split('\nExamples:');
      expect(help.split('\n').filter((line) => line.length > most)).toEqual([]);
      expect(examples.split('\n').filter((line) => line.length > 100)).toEqual([]);
    }
});

describe('an example can be typed as it stands', () => {
  test.each(LINES)('codex-lmdeploy $line', async ({ command, line }) => {
    expect(line.split(' ')[0]).toBe(command);
    await expect(parsed(line)).resolves.toEqual(expect.any(Object));
  });

  test.each([
    'doctor --fleet',
    'doctor --wait http://gpu1:23333',
    'models http://gpu1:23333 tiny',
    'init --server',
    'prints',
  ])('which of this one is not true: %s', async (line) => {
    await expect(parsed(line)).rejects.toThrow();
  });
});
