import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import { cli } from '../cli.js';
import { codexOn } from '../codex-on.js';
import { CONTRACT, RELEASES, type Real, startReal } from '../contract/real.js';
import versions from './codex-versions.json' with { type: 'json' };

const LMDEPLOY = RELEASES.filter(({ release }) => ['0.18', '0.16', '0.14'].includes(release));
/** What `doctor` says of a server for its age alone. */
const OLD: Record<string, readonly string[]> = {
  '0.18': [],
  '0.16': ['server.release', 'responses.arguments'],
  '0.14': ['server.release', 'responses.arguments'],
};

describe.each(LMDEPLOY)('LMDeploy $release', (release) => {
  let real: Real;

  beforeAll(async () => {
    real = await startReal(release, { parser: 'qwen3' });
  });

  afterAll(() => real?.close());

  test.each(versions)(
    'Codex %s: init is accepted, a call runs and its output comes back',
    async (version) => {
      const bin = join(CONTRACT, `codex-${version}/node_modules/.bin`);
      const path = [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
      const { home, exec } = await codexOn(real.baseUrl, { path });
      const { stdout } = await cli(['doctor', '--json'], {
        home,
        env: { PATH: path, LMDEPLOY_API_KEY: 'dummy' },
      });
      const report = doctorDocument.parse(JSON.parse(stdout));
      expect(report.codex?.version).toBe(version);
      expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([]);
      // That nothing keeps images out is true of every config without a catalog.
      const warned = report.checks.filter(({ status }) => status === 'warn').map(({ id }) => id);
      expect(warned).toEqual([...(OLD[release.release] ?? []), 'codex.images']);
      expect(await exec('RUN: echo hi-$((6*7))')).toContain('Done: hi-42');
      expect(readFileSync(join(home, 'config.toml'), 'utf8')).toContain('[model_providers.lmdeploy]');
    },
  );
});
