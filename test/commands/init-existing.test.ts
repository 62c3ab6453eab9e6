import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { initDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX, scratch, type World } from '../cli.js';

const INIT = ['init', '--offline', '--yes', '--model', 'm'];
const config = (home: string, name = 'config.toml') => readFile(join(home, name), 'utf8');

async function homeWith(text: string): Promise<string> {
  const home = await scratch();
  await writeFile(join(home, 'config.toml'), text);
  return home;
}

async function standIn(options: StandInOptions = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

async function warningsOf(
  args: readonly string[],
  world: World,
): Promise<readonly { id: string; detail: string }[]> {
  const { code, stdout } = await cli([...args, '--json'], world);
  expect(code).toBe(0);
  return initDocument.parse(JSON.parse(stdout)).warnings.filter(({ id }) => id !== 'config.accepted');
}

describe('what is there already', () => {
  test('our block: only what flags or probes say changes, the user’s keys stay', async () => {
    const block = `model = "m"
model_provider = "lmdeploy"
[model_providers.lmdeploy]
name = "Rack 7" # mine
base_url = "http://old:1/v1"
env_key = "RACK"
wire_api = "responses"
request_max_retries = 9
stream_idle_timeout_ms = 900_000
http_headers = { "X-Team" = "a" }
some_day = "new"
`;
    const home = await homeWith(block);
    await cli(['init', 'http://new:1', ...INIT.slice(1)], { home });
    expect(await config(home)).toBe(block.replace('http://old:1', 'http://new:1'));
  });

  test.each([
    'experimental_bearer_token = "sk-1"',
    'auth = { command = "token" }',
    'http_headers = { Authorization = "Bearer sk-1" }',
  ])('credentials in our block: kept, no env_key, a word: %s', async (line) => {
    const home = await homeWith(`[model_providers.lmdeploy]\nname = "L"\n${line}\n`);
    const warnings = await warningsOf([...INIT, '--env-key', 'OTHER'], { home });
    expect(warnings).toEqual([expect.objectContaining({ id: 'config.credentials' })]);
    expect(await config(home)).toContain(line);
    expect(await config(home)).not.toContain('env_key');
    expect(JSON.stringify(warnings)).not.toContain('sk-1');
  });

  test('another provider: replaced, named, and put back by remove', async () => {
    const before = 'model = "gpt-5"\nmodel_provider = "azure"\n';
    const home = await homeWith(before);
    expect(await warningsOf(INIT, { home })).toEqual([
      expect.objectContaining({ id: 'config.replaced', detail: expect.stringContaining('azure') }),
    ]);
    await cli(['remove', '--yes'], { home });
    expect(await config(home)).toBe(before);
  });

  test('a window of the user’s own: kept without a measured one, replaced by a given one, and put back', async () => {
    const before = 'model_context_window = 400_000 # big\n';
    const home = await homeWith(before);
    await cli(INIT, { home });
    expect(await config(home)).toContain('model_context_window = 400_000 # big');
    await cli([...INIT, '--context-window', '32768'], { home });
    expect(await config(home)).toContain('model_context_window = 32768 # big');
    await cli(INIT, { home });
    expect(await config(home)).toContain('model_context_window = 32768 # big');
    await cli(['remove', '--yes'], { home });
    expect(await config(home)).toBe(before);
  });

  test.each([
    ['0.14', true],
    ['0.16', true],
    ['0.18', false],
  ] as const)(
    'model_reasoning_effort = "max" on LMDeploy %s: left, warned about: %s',
    async (release, warned) => {
      const server = await standIn({ release });
      const home = await homeWith('model_reasoning_effort = "max"\n');
      const warnings = await warningsOf(['init', server.baseUrl, '--yes'], { home });
      expect(warnings.some(({ id }) => id === 'codex.effort')).toBe(warned);
      expect(await config(home)).toContain('model_reasoning_effort = "max"');
    },
  );

  test('a managed config and a project that decide otherwise: left, warned about', async () => {
    const [home, systemFolder, repository] = [await scratch(), await scratch(), await scratch()];
    await writeFile(join(systemFolder, 'managed_config.toml'), 'model_provider = "corp"\n');
    await mkdir(join(repository, '.git'));
    await mkdir(join(repository, '.codex'));
    await mkdir(join(repository, 'deep'));
    await writeFile(
      join(repository, '.codex/config.toml'),
      'model = "theirs"\nmodel_provider = "no effect"\n',
    );
    const world = { home, systemFolder, cwd: join(repository, 'deep') };
    // A project that nobody trusts decides nothing.
    expect((await warningsOf(INIT, world)).map(({ id }) => id)).toEqual(['config.layers']);
    await writeFile(
      join(home, 'config.toml'),
      `${await readFile(join(home, 'config.toml'), 'utf8')}\n[projects."${repository}"]\ntrust_level = "trusted"\n`,
    );
    const warnings = await warningsOf(INIT, world);
    expect(warnings.map(({ id }) => id)).toEqual(['config.layers', 'config.layers']);
    expect(warnings[0]?.detail).toContain('managed_config.toml sets model_provider = "corp"');
    expect(warnings[1]?.detail).toMatch(/\.codex\/config\.toml sets model = "theirs",/);
  });
});

describe('a profile', () => {
  const PROFILE = ['init', '--offline', '--yes', '--model', 'm', '--profile'];

  test('goes into a file of its own; config.toml stays byte for byte, Codex takes both', async () => {
    const mine = '# mine\nmodel = "gpt-5"\n';
    const home = await homeWith(mine);
    const env = { PATH: PATH_WITH_CODEX };
    const { code, stdout } = await cli([...PROFILE, '--json'], { home, env });
    expect(code).toBe(0);
    expect(initDocument.parse(JSON.parse(stdout))).toMatchObject({
      profile: 'lmdeploy',
      files: [{ path: join(home, 'lmdeploy.config.toml'), action: 'create' }],
      warnings: [],
      next: expect.arrayContaining(['codex --profile lmdeploy']),
    });
    expect(await config(home)).toBe(mine);
    expect(await config(home, 'lmdeploy.config.toml')).toMatch(/^model = "m"\nmodel_provider = "lmdeploy"\n/);
    expect((await cli([...PROFILE, 'big'], { home })).code).toBe(0);
    expect(await readdir(home)).toContain('big.config.toml');
  });

  test('a second init keeps what the user set in it, and what config.toml says of the server', async () => {
    const home = await homeWith('[model_providers.lmdeploy]\nname = "L"\nbase_url = "http://rack7:1/v1"\n');
    await cli(PROFILE, { home });
    expect(await config(home, 'lmdeploy.config.toml')).toContain('base_url = "http://rack7:1/v1"');
    expect((await cli(PROFILE, { home })).stderr).toContain('Already set up');
  });

  test('a legacy profile in config.toml: Codex refuses already, which is said first; nothing gets worse', async () => {
    const home = await homeWith('[profiles.lmdeploy]\nmodel = "x"\n');
    const { code, stderr } = await cli(PROFILE, { home, env: { PATH: PATH_WITH_CODEX } });
    expect(code).toBe(0);
    expect(stderr.indexOf('Codex refuses the config as it is')).toBeLessThan(stderr.indexOf('+++'));
    expect(stderr).toContain('[profiles.lmdeploy]');
  });

  test('a Codex that reads no profile files is refused, clearly', async () => {
    const [home, bin] = [await scratch(), await scratch()];
    await writeFile(join(bin, 'codex'), '#!/bin/sh\necho codex-cli 0.133.0\n');
    await chmod(join(bin, 'codex'), 0o755);
    const { code, stderr } = await cli(PROFILE, { home, env: { PATH: bin } });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Codex 0.133.0 does not'),
    });
    expect(stderr).toContain('0.134.0');
    expect(await readdir(home)).toEqual([]);
  });

  test.each(['http://x:1', 'a b', 'a/b', ''])('a name that is none is wrong usage: %j', async (name) => {
    const home = await scratch();
    const { code, stderr } = await cli([...PROFILE, name], { home });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--profile takes a name'),
    });
  });
});

test('a config that Codex refuses already: said first, and written all the same', async () => {
  const home = await homeWith('model_provider = "gone"\n[model_providers.other]\nname = ""\n');
  const { code, stderr } = await cli(INIT, { home, env: { PATH: PATH_WITH_CODEX } });
  expect(code).toBe(0);
  expect(stderr.indexOf('before any change')).toBeLessThan(stderr.indexOf('+++'));
  expect(stderr).toContain('refused this config already before');
  expect(stderr).not.toContain('Codex loads it now');
});

test('a config that Codex refuses until init has mended it: no warning is left', async () => {
  const broken =
    'model_provider = "lmdeploy"\n[model_providers.lmdeploy]\nname = "L"\nbase_url = "http://127.0.0.1:1/v1"\nwire_api = "chat"\n';
  const env = { PATH: PATH_WITH_CODEX };
  const { stderr } = await cli(INIT, { home: await homeWith(broken), env });
  expect(stderr).toMatch(/! config\.accepted: Codex refuses the config as it is, before any change/);
  expect(stderr).toContain('unless the change below mends it');
  expect(stderr).toMatch(/✓ .*config\.toml: Codex loads it now/);
  expect(stderr).not.toContain('still does');
  expect(stderr).not.toContain('codex-lmdeploy doctor');
  const { stdout } = await cli([...INIT, '--json'], { home: await homeWith(broken), env });
  expect(initDocument.parse(JSON.parse(stdout))).toMatchObject({ ok: true, warnings: [] });
});

test('a Codex that hangs: a note after ten seconds, once, and the file is written', async () => {
  const [home, bin] = [await homeWith('model = "x"\n'), await scratch()];
  const asked = join(bin, 'asked');
  const script = `#!/bin/sh\n[ "$1" = --version ] && { echo codex-cli 9.9.9; exit 0; }\necho >> ${asked}\nexec sleep 600\n`;
  await writeFile(join(bin, 'codex'), script, { mode: 0o755 });
  const { code, stderr } = await cli(INIT, { home, env: { PATH: `${bin}:/usr/bin:/bin` } });
  expect(code).toBe(0);
  expect(stderr).toContain('Codex gave no answer in 10 s');
  expect(await config(home)).toContain('model_provider = "lmdeploy"');
  expect(await readFile(asked, 'utf8')).toBe('\n');
});

test('a Codex that hangs is waited for once: its version and its verdict, side by side', async () => {
  const [home, bin] = [await homeWith('model = "x"\n'), await scratch()];
  const asked = join(bin, 'asked');
  await writeFile(join(bin, 'codex'), `#!/bin/sh\necho "$*" >> ${asked}\nexec sleep 600\n`, { mode: 0o755 });
  const { code, stderr } = await cli(INIT, { home, env: { PATH: `${bin}:/usr/bin:/bin` } });
  expect(code).toBe(0);
  expect(stderr).toContain('Codex gave no answer in 10 s');
  const lines = (await readFile(asked, 'utf8')).trim().split('\n');
  expect(lines.sort()).toEqual(['--version', 'debug prompt-input hi']);
});

test('broken TOML: what Codex says, where it names another place', async () => {
  const home = await homeWith('a = 1\na = 2\nmodel = [\n');
  const { code, stderr } = await cli(INIT, { home, env: { PATH: PATH_WITH_CODEX } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/config\.toml:\d+:\d+: /);
});
