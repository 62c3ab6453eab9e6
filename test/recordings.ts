import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A cache for `XDG_CACHE_HOME`: what is recorded of Codex is the same for all homes of a test file, and takes seconds. */
export const RECORDINGS = mkdtempSync(join(tmpdir(), 'codex-lmdeploy-recordings-'));

afterAll(() => rmSync(RECORDINGS, { recursive: true }));
