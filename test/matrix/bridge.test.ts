import { CODEXES } from '../codexes.js';
import { proveBridge } from '../contract/bridge-proof.js';
import { RELEASES } from '../contract/real.js';

const LMDEPLOY = ['0.18.0', '0.16.0', '0.14.0'];
const PARSERS = ['qwen3', 'qwen3coder'] as const;

const settings = RELEASES.filter(
  ({ lmdeploy, release }) => LMDEPLOY.includes(lmdeploy) && !release.includes('too new'),
).flatMap((release) => PARSERS.map((parser) => ({ release, parser })));

// The whole matrix takes a while (npm run test:matrix:bridge); else the oldest of both, and what stands between.
if (process.env['MODE'] === 'thorough') proveBridge(settings, CODEXES);
else
  for (const [version, release, parser] of [
    ['0.134.0', '0.14', 'qwen3'],
    ['0.150.0', '0.18', 'qwen3coder'],
  ] as const)
    proveBridge(
      settings.filter((one) => one.release.release === release && one.parser === parser),
      CODEXES.filter((codex) => codex.version === version),
    );
