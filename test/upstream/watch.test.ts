import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../cli.js';
import { registry } from './registry.js';
import { differences } from './try-lmdeploy.mjs';
import { compareVersions, knownVersions } from './versions.mjs';

const known = knownVersions();
const [codex = '', lmdeploy = ''] = [known.codex.at(-1), known.lmdeploy.at(-1)];
const answer = z.object({
  newest: z.string().nullable(),
  newer: z.boolean().nullable(),
  error: z.string().nullable(),
});
const report = z.object({ codex: answer, lmdeploy: answer, tried: z.null() });

/** The script on a registry of ours, with the machine's own npm and pip. */
async function watch(versions: Parameters<typeof registry>[0], ...args: string[]) {
  const env = { ...process.env, ...(await registry(versions)) };
  return new Promise<{ code: number; stdout: string }>((resolve) =>
    execFile(process.execPath, [join(ROOT, 'test/upstream/watch.mjs'), ...args], { env }, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    ),
  );
}

test('what is known is what the suites are run against', () => {
  expect(known.codex.length).toBeGreaterThanOrEqual(3);
  expect(known.lmdeploy.length).toBeGreaterThanOrEqual(5);
  expect(known.lmdeploy).toEqual([...known.lmdeploy].sort(compareVersions));
});

test.each([
  ['0.9.2', '0.9.2.post1'],
  ['0.9.2.post1', '0.10.0'],
  ['0.99.0', '0.100.0'],
  ['0.18', '0.18.1'],
])('%s is older than %s', (older, newer) => {
  expect(compareVersions(older, newer)).toBeLessThan(0);
  expect(compareVersions(newer, older)).toBeGreaterThan(0);
  expect(compareVersions(newer, newer)).toBe(0);
});

const noPip = ['python3', 'python'].every((name) => spawnSync(name, ['-m', 'pip', '--version']).status !== 0);

test.skipIf(noPip)('nothing newer ends with 0 (without pip: skipped)', async () => {
  const { code, stdout } = await watch({ codex, lmdeploy: ['0.14.0', lmdeploy] });
  expect(stdout.split('\n')).toEqual([
    `Codex     nothing newer than ${codex} (the registry has ${codex})`,
    `LMDeploy  nothing newer than ${lmdeploy} (the registry has ${lmdeploy})`,
    '',
  ]);
  expect(code).toBe(0);
});

test.skipIf(noPip)('a newer LMDeploy ends with 1; a pre-release is none (without pip: skipped)', async () => {
  const { code, stdout } = await watch({ codex, lmdeploy: [lmdeploy, '99.2.0', '99.10.0', '99.11.0rc1'] });
  expect(stdout).toContain(`LMDeploy  99.10.0 is newer than ${lmdeploy}`);
  expect(code).toBe(1);
});

test.skipIf(noPip)('a newer Codex ends with 1, in JSON too (without pip: skipped)', async () => {
  const { code, stdout } = await watch({ codex: '99.0.1', lmdeploy: [lmdeploy] }, '--json');
  expect(report.parse(JSON.parse(stdout))).toEqual({
    codex: { newest: '99.0.1', newer: true, error: null },
    lmdeploy: { newest: lmdeploy, newer: false, error: null },
    tried: null,
  });
  expect(code).toBe(1);
});

test.skipIf(noPip)(
  'what could not be asked ends with 2, whatever the other says (without pip: skipped)',
  async () => {
    const { code, stdout } = await watch({ codex: null, lmdeploy: ['99.0.0'] }, '--json');
    const told = report.parse(JSON.parse(stdout));
    expect(told.codex).toMatchObject({ newest: null, newer: null, error: expect.stringMatching(/500/) });
    expect(told.lmdeploy).toMatchObject({ newest: '99.0.0', newer: true });
    expect(code).toBe(2);
  },
);

test.skipIf(noPip)('an index without LMDeploy could not be asked either (without pip: skipped)', async () => {
  const { code, stdout } = await watch({ codex, lmdeploy: [] });
  expect(stdout).toMatch(/^LMDeploy {2}could not be asked: .*No matching distribution found for lmdeploy/m);
  expect(code).toBe(2);
});

test('of two releases are told: the answers that differ, requests that one lacks, and what is counted apart', () => {
  const usage = (more: object) => ({
    usage: { input_tokens_details: more },
    status: 'completed',
    output: [],
  });
  const before = {
    'plain text': { status: 200, body: usage({ cached_tokens: 0 }) },
    'a wrong key': { status: 401, body: { error: { message: 'No.' } } },
    same: { status: 200, body: 'OK' },
    gone: { status: 404, body: '' },
  };
  const after = {
    'plain text': { status: 200, body: usage({ cached_tokens: 0, cache_write_tokens: 0 }) },
    'a wrong key': { status: 403, body: { error: { message: 'No.' } } },
    same: { status: 200, body: 'OK' },
  };
  expect(differences(before, after)).toEqual([
    { request: 'usage counts cache_write_tokens', before: 'no', after: 'yes' },
    { request: 'a wrong key', before: '401 No.', after: '403 No.' },
    { request: 'gone', before: '404', after: 'not seen' },
  ]);
});
