import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codexHome } from '../../src/codex/home.js';
import { readJournal, writeJournal } from '../../src/codex/journal.js';
import { doctorDocument } from '../../src/documents.js';
import { cli, context, scratch } from '../cli.js';

async function finding(home: string, ...args: string[]) {
  const { stdout } = await cli(['doctor', '--only', 'config.changed', '--json', ...args], { home });
  return doctorDocument.parse(JSON.parse(stdout)).checks.find(({ id }) => id === 'config.changed');
}

async function homeAfterInit(...args: string[]): Promise<string> {
  const home = await scratch();
  await cli(['init', '--offline', '--yes', '--model', 'm', ...args], { home });
  return home;
}

test('as it was written: fine, whatever else was edited', async () => {
  const home = await homeAfterInit();
  expect(await finding(home)).toMatchObject({ status: 'pass' });
  const path = join(home, 'config.toml');
  await writeFile(path, `# mine\n${await readFile(path, 'utf8')}\n[tui]\ntheme = "x"\n`);
  expect(await finding(home)).toMatchObject({ status: 'pass' });
  expect(await finding(await scratch())).toMatchObject({ status: 'pass' });
});

test.each([[], ['--profile']])('a key of ours that was edited since is named: %j', async (...flags) => {
  const home = await homeAfterInit(...flags);
  const path = join(home, flags.length === 0 ? 'config.toml' : 'lmdeploy.config.toml');
  await writeFile(path, (await readFile(path, 'utf8')).replace('127.0.0.1', 'other'));
  expect(await finding(home, ...flags)).toMatchObject({
    status: 'warn',
    detail: expect.stringContaining('model_providers.lmdeploy.base_url'),
    remedy: expect.stringContaining('codex-lmdeploy init'),
  });
});

test('what is the user’s to set makes no warning: names, variables, timeouts, headers, another model', async () => {
  const home = await homeAfterInit();
  const path = join(home, 'config.toml');
  const text = (await readFile(path, 'utf8'))
    .replace('"LMDeploy"', '"Rack 7"')
    .replace('"LMDEPLOY_API_KEY"', '"RACK_KEY"')
    .replace('300000', '900000')
    .replace('model = "m"', 'model = "n"');
  await writeFile(path, `${text}http_headers = { x = "y" }\n`);
  expect(await finding(home)).toMatchObject({ status: 'pass' });
});

test('another address that was meant: the way on ends the warning, and keeps it', async () => {
  const home = await homeAfterInit();
  const path = join(home, 'config.toml');
  await writeFile(path, (await readFile(path, 'utf8')).replace('127.0.0.1', 'other'));
  const { detail, remedy } = (await finding(home)) ?? {};
  expect(detail).toContain('which was http://127.0.0.1:23333/v1.');
  const [back, on] = (remedy ?? '').split('   # if that was not meant; if it was: ');
  expect(back).toBe('codex-lmdeploy init http://127.0.0.1:23333/v1');
  expect(on).toBe('codex-lmdeploy remove && codex-lmdeploy init http://other:23333/v1');
  await cli(['remove', '--yes'], { home });
  await cli(['init', 'http://other:23333/v1', '--offline', '--yes', '--model', 'm'], { home });
  expect(await finding(home)).toMatchObject({ status: 'pass' });
  expect(await readFile(path, 'utf8')).toContain('base_url = "http://other:23333/v1"');
});

test('what Codex can’t go by is said once', async () => {
  const home = await homeAfterInit();
  const path = join(home, 'config.toml');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"responses"', '"chat"'));
  const { stdout } = await cli(['doctor', '--only', 'config.provider,config.changed', '--json'], { home });
  const { checks } = doctorDocument.parse(JSON.parse(stdout));
  const found = checks.filter(({ status }) => status === 'fail' || status === 'warn');
  expect(found.map(({ id }) => id)).toEqual(['config.provider']);
});

test('an interrupted write fails it, until the next run has put it right', async () => {
  const home = await homeAfterInit();
  const at = codexHome(context({ home }).context, { codexHome: home });
  const journal = await readJournal(at);
  const startedAt = '2026-11-23T00:00:00.000Z';
  await writeJournal(at, { ...journal, pending: { startedAt, files: [], records: {} } });
  expect(await finding(home)).toMatchObject({ status: 'fail', detail: expect.stringContaining(startedAt) });
  const { stderr } = await cli(['init', '--offline', '--yes', '--model', 'm'], { home });
  expect(stderr).toContain('was interrupted');
  expect(await finding(home)).toMatchObject({ status: 'pass' });
});
