// Records the bundled first turn anew from the Codex of the devDependencies: npm run fixture:record
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fromSource } from '../../build/from-source.mjs';

const { findCodex, firstTurn, processContext } = await fromSource(
  'codex/installed.ts',
  'codex/recorder.ts',
  'context.ts',
);
const root = resolve(import.meta.dirname, '../..');
const its = processContext();
const cache = await mkdtemp(join(its.temporaryFolder, 'codex-lmdeploy-fixture-'));
const env = { ...its.env, PATH: `${join(root, 'node_modules/.bin')}:${its.env.PATH}`, XDG_CACHE_HOME: cache };
const context = { ...its, env };
const { source, problem, codexVersion, headers, body } = await firstTurn(
  context,
  await findCodex(context),
  'a-model',
);
await rm(cache, { recursive: true });
if (source !== 'installed') throw new Error(`not recorded: ${problem}`);
const file = join(root, `src/codex/first-turn-${codexVersion}.json`);
await writeFile(file, JSON.stringify({ codexVersion, headers, body }));
