import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asCalled } from '../../src/ui/as-called.js';
import { ROOT, scratch } from '../cli.js';

test('commands of ours get npx before them, and nothing else does', () => {
  const called = asCalled([
    '/usr/bin/node',
    '/home/me/.npm/_npx/0123/node_modules/codex-lmdeploy/dist/bin.js',
  ]);
  expect(called('→ codex-lmdeploy init http://gpu1 # codex-lmdeploy doctor')).toBe(
    '→ npx codex-lmdeploy init http://gpu1 # npx codex-lmdeploy doctor',
  );
  for (const text of ['npx codex-lmdeploy init', '~/.codex/codex-lmdeploy run', 'a bug of codex-lmdeploy.'])
    expect(called(text)).toBe(text);
  expect(asCalled(['/usr/bin/node', '/usr/lib/codex-lmdeploy/dist/bin.js'])('codex-lmdeploy init')).toBe(
    'codex-lmdeploy init',
  );
});

test('the program itself, from where npx keeps it', async () => {
  const home = await scratch();
  const folder = join(home, '_npx/0123/node_modules/codex-lmdeploy');
  await mkdir(folder, { recursive: true });
  for (const name of ['dist', 'package.json'])
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  const said = await new Promise<string>((resolve) => {
    const env = { PATH: '/nowhere', HOME: home };
    execFile(process.execPath, [join(folder, 'dist/bin.js'), 'doctor'], { env }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  expect(said).toContain('→ npx codex-lmdeploy init');
});
