import { expect, test } from 'vitest';
import { CliError } from '../src/errors.js';
import { EXAMPLES } from '../src/examples.js';
import { parseFlags } from '../src/options.js';
import { cli, scratch } from './cli.js';

const LINES = Object.entries(EXAMPLES).flatMap(([command, examples]) =>
  examples.map(([line]) => ({ command, line })),
);

test('every command has examples, and shows them', async () => {
  const home = await scratch();
  const { stdout } = await cli(['--help'], { home });
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => String(name));
  expect(Object.keys(EXAMPLES)).toEqual(commands.filter((name) => !['completion', 'help'].includes(name)));
  for (const command of Object.keys(EXAMPLES)) {
    const help = (await cli([command, '--help'], { home })).stdout;
    for (const [line] of EXAMPLES[command] ?? []) expect(help).toContain(`codex-lmdeploy ${line}`);
  }
});

test.each(LINES)('codex-lmdeploy $line', async ({ command, line }) => {
  const own = line.split(' -- ')[0] ?? '';
  const { stdout } = await cli([command, '--help'], { home: await scratch() });
  expect(line.startsWith(command)).toBe(true);
  for (const [option] of own.matchAll(/--[a-z-]+/g)) expect(stdout).toMatch(new RegExp(`${option}\\b`));
  // The values that stand there are taken.
  const raw: Record<string, unknown> = {};
  for (const [, name = '', value] of own.matchAll(/--([a-z-]+)(?: ([^-\s]\S*))?/g)) {
    const key = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    raw[key] = key === 'server' ? [...((raw[key] as string[]) ?? []), value] : (value ?? true);
  }
  expect(() => parseFlags(command as 'init', raw)).not.toThrow(CliError);
});
