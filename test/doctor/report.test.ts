import { expect, test } from 'vitest';
import type { Result } from '../../src/doctor/check.js';
import { exitCodeOf, renderReport, summarize } from '../../src/doctor/report.js';
import { PLAIN } from '../../src/ui/palette.js';

const result = (
  id: string,
  status: Result['status'],
  detail: string,
  remedy: string | null = null,
): Result => ({
  id,
  title: `Title of ${id}`,
  status,
  detail,
  remedy,
  durationMs: 1,
});

const results = [
  result('codex.installed', 'pass', 'Codex 0.169.0'),
  result('key.variable', 'warn', 'It ends with a line end.', 'export K=x'),
  result('server.reachable', 'fail', 'Nothing listens.', 'Start it: lmdeploy …'),
  result('server.kind', 'skip', 'needs server.reachable'),
];

test('a line a check, detail and remedy under what is not fine, a summary last', () => {
  expect(renderReport(results, PLAIN)).toMatchInlineSnapshot(`
    "✓ codex.installed   Title of codex.installed (Codex 0.169.0)
    ! key.variable      Title of key.variable
        It ends with a line end.
        → export K=x
    ✗ server.reachable  Title of server.reachable
        Nothing listens.
        → Start it: lmdeploy …
    – server.kind       Title of server.kind (needs server.reachable)

    Not ready: 1 passed, 1 warning, 1 failed, 1 skipped."
  `);
});

test.each([
  [[], false, 0, 'Nothing was checked: 0 passed.'],
  [['pass', 'skip'], true, 0, 'Ready: 1 passed, 1 skipped.'],
  [['pass', 'warn', 'warn'], false, 0, 'Ready, with warnings: 1 passed, 2 warnings.'],
  [['pass', 'warn'], true, 1, 'Ready, with warnings: 1 passed, 1 warning.'],
  [['fail', 'pass'], false, 1, 'Not ready: 1 passed, 1 failed.'],
] as const)('%j, strict %s: exit %i', (given, strict, code, summary) => {
  const found = given.map((status, index) => result(`c${index}`, status, 'd', 'r'));
  expect(exitCodeOf(summarize(found), strict)).toBe(code);
  expect(renderReport(found, PLAIN).split('\n').at(-1)).toBe(summary);
});
