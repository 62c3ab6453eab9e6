import { describe, expect, test } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import { apiRoot } from '../../src/lmdeploy/address.js';
import { cli, scratch } from '../cli.js';
import { exec, shown } from '../codex-through.js';
import { SYMPTOMS } from './bridge-rows.js';

describe('codex exec through a bridge says at once, in one sentence with one remedy, of', () => {
  test.each(SYMPTOMS)('$what', async ({ serve, says, remedy, asDoctor, env, key }) => {
    const upstream = apiRoot(await serve());
    const { code, stdout, stderr } = await exec(upstream, { env, key });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const [first, ...more] = shown(stderr);
    expect(first).toEqual({
      sentence: expect.stringMatching(says),
      remedy: expect.stringMatching(remedy),
    });
    for (const again of more) expect(again).toEqual(first);
    expect(stderr).not.toContain('Reconnecting');
    if (key !== undefined) expect(stderr).not.toContain(key);
    if (asDoctor === undefined) return;
    const told = await doctorSays(upstream, key);
    if (asDoctor !== 'remedy') expect(told.map(({ detail }) => detail)).toContain(first?.sentence);
    if (asDoctor !== 'sentence') expect(told.map(({ remedy: its }) => its)).toContain(first?.remedy);
  });
});

async function doctorSays(upstream: string, key: string | undefined) {
  const env = key === undefined ? {} : { LMDEPLOY_API_KEY: key };
  const args = ['doctor', upstream, '--json', '--timeout', '20'];
  const { stdout } = await cli(args, { home: await scratch(), env });
  return doctorDocument.parse(JSON.parse(stdout)).checks.filter(({ status }) => status === 'fail');
}
