import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, ROOT, scratch } from '../cli.js';
import { closedPort } from '../sockets.js';

const complete = async (...words: string[]) =>
  (await cli(['__complete', '--', ...words], { home: await scratch() })).stdout.split('\n').slice(0, -1);

test('commands, options and values are those that are declared', async () => {
  const commands = await complete('');
  expect(commands).toEqual(expect.arrayContaining(['init', 'doctor', 'bridge', 'completion']));
  expect(commands).not.toContain('__complete');
  const help = (await cli(['doctor', '--help'], { home: await scratch() })).stdout;
  const options = await complete('doctor', '--');
  expect(options).toContain('--only');
  for (const option of options) expect(help).toContain(option);
  expect(await complete('env', '--shell', 'f')).toEqual(['fish']);
  expect(await complete('init', '--prompt=')).toEqual(['--prompt=codex', '--prompt=compact']);
  expect(await complete('print', 'la')).toEqual(['launch']);
  expect(await complete('init', '--codex-home=')).toEqual([]);
  expect(await complete('print', 'service', '')).toEqual(['systemd', 'launchd']);
  expect(await complete('run', '--', '')).toEqual([]);
});

test('behind help stand the commands', async () => {
  expect(await complete('help', 'do')).toEqual(['doctor']);
});

test('profiles are those of the home', async () => {
  const home = await scratch();
  for (const name of ['sql.config.toml', 'docs.config.toml', 'config.toml'])
    await writeFile(join(home, name), '');
  const ask = async (...words: string[]) => (await cli(['__complete', '--', ...words], { home })).stdout;
  expect(await ask('doctor', '--profile', '')).toBe('docs\nsql\n');
  expect(await ask('run', '--profile', 's')).toBe('sql\n');
  expect(await ask('doctor', '--profile', '--js')).toBe('--json\n');
  expect(await ask('remove', '--profile=')).toBe('--profile=docs\n--profile=sql\n');
  const elsewhere = await scratch();
  await writeFile(join(elsewhere, 'other.config.toml'), '');
  expect(await ask('run', '--codex-home', elsewhere, '--profile', '')).toBe('other\n');
  expect(await ask('init', '--all-models', '--server', '')).toBe('');
});

test('check ids go on behind a comma', async () => {
  expect(await complete('doctor', '--only', 'server.key,model')).toEqual([
    'server.key,model',
    'server.key,model.served',
  ]);
});

test('models come from the server; without one nothing is said', async () => {
  const server = await startStandIn({ models: ['Qwen/A', 'Qwen/\u001b[1mB', 'Qwen/C D', 'other'] });
  onTestFinished(() => server.close());
  const asked = ['__complete', '--', 'init', server.baseUrl, '--model', 'Q'];
  const home = await scratch();
  // A busy machine may miss the limit of 300 ms; the user presses Tab again.
  const said = expect.poll(() => cli(asked, { home }));
  await said.toEqual({ code: 0, stdout: 'Qwen/A\n', stderr: '' });
  const down = ['__complete', '--', 'init', await closedPort(), '--model', ''];
  expect(await cli(down, { home: await scratch() })).toEqual({ code: 0, stdout: '', stderr: '' });
});

/** Each shell's own way to complete a line; a wordlike line, without quotes. */
const SHELLS = {
  // As --help has it: bash 3.2, that of macOS, can't read `source <(…)`.
  bash: (line: string) => `eval "$(codex-lmdeploy completion bash)"
COMP_LINE="${line}"; COMP_POINT=\${#COMP_LINE}
COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_codex_lmdeploy; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // What zsh would offer is caught where it would be shown.
  zsh: (line: string) => `compdef() { :; }; compadd() { shift; print -l -- "$@"; }
eval "$(codex-lmdeploy completion zsh)"
words=(${line}); CURRENT=$#words; _codex_lmdeploy`,
  fish: (line: string) => `codex-lmdeploy completion fish | source
complete -C "${line}"`,
};

for (const [shell, script] of Object.entries(SHELLS)) {
  const isHere = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  test.skipIf(!isHere)(
    `${shell} completes a check id and a profile${isHere ? '' : ` (no ${shell} here)`}`,
    async () => {
      const home = await scratch();
      const program = join(home, 'codex-lmdeploy');
      const line = `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist/bin.js')}' "$@"\n`;
      await writeFile(program, line, { mode: 0o755 });
      for (const name of ['sql-lora', 'docs']) await writeFile(join(home, `${name}.config.toml`), '');
      const env = { HOME: home, CODEX_HOME: home, PATH: [home, process.env['PATH']].join(delimiter) };
      const offered = async (typed: string) => {
        const args = ['-c', script(`codex-lmdeploy ${typed}`)];
        return (await promisify(execFile)(shell, args, { env })).stdout.trim();
      };
      expect(await offered('doctor --only server.rel')).toBe('server.release');
      expect(await offered('doctor --only model,server.rel')).toBe('model,server.release');
      expect(await offered('run --profile sq')).toBe('sql-lora');
      expect(await offered('init --all-models --server gpu')).toBe('');
    },
  );
}
