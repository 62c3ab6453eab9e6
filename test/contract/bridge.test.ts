import { CODEXES } from '../codexes.js';
import { proveBridge } from './bridge-proof.js';
import { RELEASES } from './real.js';

const [newest, ...older] = RELEASES;
const old = older.find(({ lmdeploy }) => lmdeploy === '0.16.0');

// Each of both parsers, on the newest release and on one that needs more of the bridge; every other pair: the matrix.
proveBridge(
  [
    ...(newest === undefined ? [] : [{ release: newest, parser: 'qwen3coder' as const }]),
    ...(old === undefined ? [] : [{ release: old, parser: 'qwen3' as const }]),
  ],
  CODEXES.slice(0, 1),
);
