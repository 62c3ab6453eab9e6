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
