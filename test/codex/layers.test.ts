import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { kill } from 'node:process';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { giverOf, keysAt, merge, valueAt } from '../../src/codex/effective.js';
import { codexHome } from '../../src/codex/home.js';
import { type Layer, layersAbove, layersOf } from '../../src/codex/layers.js';
import { placeIn } from '../../src/codex/place-in-layer.js';
import { runProgram } from '../../src/codex/program.js';
import { startRecordingServer } from '../../src/codex/recording-server.js';
import { readToml } from '../../src/toml/read.js';
import { context, PATH_WITH_CODEX, scratch } from '../cli.js';

interface Seen {
  readonly config: Record<string, unknown>;
  readonly origins: Record<string, { name: { type: string; file?: string; dotCodexFolder?: string } }>;
}

/** What the real Codex says it goes by in a folder, and which file each key comes from. */
async function askCodex(home: string, cwd: string): Promise<Seen> {
  const child = spawn('codex', ['app-server'], {
    cwd,
    env: { PATH: PATH_WITH_CODEX, HOME: home, CODEX_HOME: home },
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  try {
    const say = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
    say({ id: 1, method: 'initialize', params: { clientInfo: { name: 'test', title: null, version: '1' } } });
    say({ method: 'initialized' });
    say({ id: 2, method: 'config/read', params: { includeLayers: true, cwd } });
    for await (const line of createInterface(child.stdout)) {
      const message = JSON.parse(line) as { id?: number; result?: Seen };
      if (message.id === 2 && message.result) return message.result;
    }
    throw new Error('codex app-server gave no answer');
  } finally {
    if (child.pid !== undefined) kill(-child.pid, 'SIGKILL');
  }
}

interface World {
  readonly files: Readonly<Record<string, string>>;
  /** Below the folder; `work/deep` unless said. */
  readonly cwd?: string;
  readonly link?: readonly [string, string];
}

const PROJECT = {
  'work/.git/HEAD': '',
  'work/.codex/config.toml': 'model = "outer"\nmodel_reasoning_effort = "low"\n',
};
const INNER = { 'work/deep/.codex/config.toml': 'model = "inner"\nmodel_provider = "x"\n' };

/** The folder's own path stands for FOLDER in a file. */
const trust = (path: string, level = 'trusted') => `[projects."FOLDER/${path}"]\ntrust_level = "${level}"\n`;
const user = (...more: string[]) => ({
  'home/config.toml': ['model = "user"', 'model_context_window = 9', ...more].join('\n'),
});

test.each<[string, World]>([
  ['nobody trusts the project', { files: { ...PROJECT, ...INNER, ...user() } }],
  ['its root is trusted', { files: { ...PROJECT, ...INNER, ...user(trust('work')) } }],
  ['only the inner folder is', { files: { ...PROJECT, ...INNER, ...user(trust('work/deep')) } }],
  [
    'the root is, the inner folder is not',
    { files: { ...PROJECT, ...INNER, ...user(trust('work'), trust('work/deep', 'untrusted')) } },
  ],
  [
    'the inner folder is, the root is not',
    { files: { ...PROJECT, ...INNER, ...user(trust('work', 'untrusted'), trust('work/deep')) } },
  ],
  ['a folder above the root is', { files: { ...PROJECT, ...INNER, ...user(trust('')) } }],
  [
    'no repository: only the folder itself counts',
    {
      files: {
        'work/.codex/config.toml': 'model = "outer"\n',
        ...INNER,
        ...user(trust('work'), trust('work/deep')),
      },
    },
  ],
  [
    'another mark for the root',
    {
      files: {
        'work/MARK': '',
        'work/.codex/config.toml': 'model = "outer"\n',
        ...INNER,
        'home/config.toml': `project_root_markers = ["MARK"]\nmodel = "user"\n${trust('work')}`,
      },
    },
  ],
  [
    'no mark at all',
    {
      files: {
        ...PROJECT,
        ...INNER,
        'home/config.toml': `project_root_markers = []\nmodel = "user"\n${trust('work')}${trust('work/deep')}`,
      },
    },
  ],
  [
    'a worktree of a trusted repository',
    {
      files: {
        'main/.git/HEAD': 'ref: refs/heads/main\n',
        'main/.git/worktrees/work/HEAD': 'ref: refs/heads/work\n',
        'main/.git/worktrees/work/commondir': '../..\n',
        'main/.git/worktrees/work/gitdir': 'FOLDER/work/.git\n',
        'work/.git': 'gitdir: FOLDER/main/.git/worktrees/work\n',
        'work/.codex/config.toml': 'model = "outer"\n',
        ...user(trust('main')),
      },
    },
  ],
  [
    'what only claims to be a worktree of it',
    {
      files: {
        'main/.git/HEAD': 'ref: refs/heads/main\n',
        'work/.git': 'gitdir: FOLDER/main/.git/worktrees/work\n',
        'work/.codex/config.toml': 'model = "outer"\n',
        ...user(trust('main')),
      },
    },
  ],
  [
    'reached by a symlink',
    { files: { ...PROJECT, ...INNER, ...user(trust('work')) }, link: ['work', 'link'], cwd: 'link/deep' },
  ],
  [
    'trusted by the name of a symlink',
    { files: { ...PROJECT, ...INNER, ...user(trust('link')) }, link: ['work', 'link'], cwd: 'link/deep' },
  ],
  [
    "Codex's home is no project",
    {
      files: { 'user/.git/HEAD': '', 'user/.codex/config.toml': `model = "user"\n${trust('user')}` },
      cwd: 'user',
      link: ['user/.codex', 'home'],
    },
  ],
])('as the real Codex resolves them: %s', async (_, { files, cwd = 'work/deep', link }) => {
  const folder = await scratch();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text.replaceAll('FOLDER', folder).replace(/\/"\]/, '"]'));
  }
  if (link) await symlink(join(folder, link[0]), join(folder, link[1]));
  await mkdir(join(folder, cwd), { recursive: true });
  const home = link?.[1] === 'home' ? join(folder, 'user/.codex') : join(folder, 'home');
  const its = context({ home, cwd: join(folder, cwd) }).context;
  const layers = await layersOf(its, codexHome(its, {}));
  const seen = await askCodex(home, join(folder, cwd));
  const effective = merge(layers);
  for (const key of ['model', 'model_reasoning_effort', 'model_context_window']) {
    expect(valueAt(effective, [key]) ?? null, key).toEqual(seen.config[key] ?? null);
    const { file, dotCodexFolder } = seen.origins[key]?.name ?? {};
    const path = file ?? (dotCodexFolder && join(dotCodexFolder, 'config.toml'));
    expect(giverOf(layers, [key])?.path, key).toBe(path);
  }
});

test('managed over project over profile over user over system', async () => {
  const [home, systemFolder, cwd] = [await scratch(), await scratch(), await scratch()];
  const [managed, system] = [join(systemFolder, 'managed_config.toml'), join(systemFolder, 'config.toml')];
  await mkdir(join(cwd, '.codex'));
  await writeFile(managed, 'model = "managed"\n');
  await writeFile(join(cwd, '.codex/config.toml'), 'model = "project"\nmodel_provider = "no effect"\n');
  await writeFile(join(home, 'p.config.toml'), 'model = "profile"\n');
  await writeFile(
    join(home, 'config.toml'),
    `model = "user"\n[projects."${cwd}"]\ntrust_level = "trusted"\n`,
  );
  await writeFile(system, 'model = "system"\nmodel_provider = "corp"\n');
  const its = context({ home, cwd, systemFolder }).context;
  const layers = await layersOf(its, codexHome(its, { profile: 'p' }));
  expect(layers.map(({ kind }) => kind)).toEqual(['managed', 'project', 'profile', 'user', 'system']);
  expect(giverOf(layers, ['model_provider'])?.kind).toBe('system');
  expect((await layersAbove(its)).map(({ kind }) => kind)).toEqual(['managed', 'project']);
});

/** Only a turn tells: no command of Codex names the model by its profile. The same was seen with 0.134.0 and 0.150.0. */
test('a trusted project outdoes a profile, as a turn of the real Codex shows', async () => {
  const [home, cwd] = [await scratch(), await scratch()];
  const server = await startRecordingServer();
  try {
    await mkdir(join(cwd, '.codex'));
    await writeFile(join(cwd, '.codex/config.toml'), 'model = "project"\n');
    await writeFile(join(home, 'p.config.toml'), 'model = "profile"\n');
    await writeFile(
      join(home, 'config.toml'),
      `model_provider = "r"\n[model_providers.r]\nname = "R"\nbase_url = "${server.origin}/v1"\nrequest_max_retries = 0\nstream_max_retries = 0\n[projects."${cwd}"]\ntrust_level = "trusted"\n`,
    );
    await runProgram('codex', ['--profile', 'p', 'exec', '--ephemeral', '--skip-git-repo-check', 'hi'], {
      env: { PATH: PATH_WITH_CODEX, HOME: home, CODEX_HOME: home, HTTPS_PROXY: server.origin },
      cwd,
      platform: process.platform,
      timeoutMs: 20_000,
      signal: new AbortController().signal,
    });
    expect(server.recorded()?.body).toMatchObject({ model: 'project' });
  } finally {
    server.close();
  }
});

test('a place is file and line, in every spelling', () => {
  const text =
    '# a\r\nmodel = "m"\r\n[model_providers.a]\r\nname = "x"\r\n[model_providers."b c"]\r\nname = "y"\r\n';
  const layer: Layer = { kind: 'user', path: 'f', text, document: readToml(text) };
  expect(placeIn(layer, ['model'])).toBe('f:2');
  expect(placeIn(layer, ['model_providers', 'a', 'name'])).toBe('f:4');
  expect(placeIn(layer, ['model_providers', 'b c'])).toBe('f:5');
  expect(placeIn(layer, ['nothing'])).toBe('f');
  expect(keysAt(layer.document, ['model_providers'])).toEqual(['a', 'b c']);
});
