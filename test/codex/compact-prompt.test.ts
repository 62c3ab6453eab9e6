import { describe, expect, test } from 'vitest';
import { COMPACT_PROMPT } from '../../src/codex/compact-prompt.js';
import { leanFor } from '../../src/codex/lean.js';
import { recordedTurn } from '../../src/codex/recorder.js';
import { shapeOf } from '../../src/codex/turn-shape.js';
import { context, scratch } from '../cli.js';
import { CODEXES } from '../codexes.js';

/** Every tool of Codex that a prompt could speak of (0.134.0 to 0.169.0, with plug-ins and MCP servers). */
const KNOWN_TOOLS =
  /\b(apply_patch|update_plan|request_user_input|view_image|spawn_agent|send_input|wait_agent|close_agent|[a-z]+_goal|web_search|shell_command|local_shell|read_file|list_dir|grep_files|list_mcp_\w+|read_mcp_\w+|exec_command|write_stdin)\b/g;

test('it is short', () => {
  expect(Buffer.byteLength(COMPACT_PROMPT)).toBeLessThanOrEqual(4_096);
});

test.each([
  ['how to run commands', /exec_command/],
  ['how to write and change files', /cat > .*<<'EOF'[\s\S]*sed -i/],
  ['the sandbox and approvals', /sandbox[\s\S]*approvals/i],
  ['AGENTS.md', /AGENTS\.md/],
  ['brevity', /brief/],
])('it says %s', (_, words) => {
  expect(COMPACT_PROMPT).toMatch(words);
});

describe.each(CODEXES.map((one) => [one.version, one] as const))(
  'Codex %s',
  (_, { isThere, why, path, installed }) => {
    test.skipIf(!isThere)(
      `it names no tool that is not sent, and no argument that is not taken${why}`,
      async () => {
        const folder = await scratch();
        const its = context({ home: folder, temporaryFolder: folder, env: { PATH: path } }).context;
        const lean = await leanFor(its, installed, 'm', null);
        const turn = await recordedTurn(its, installed, 'm', shapeOf(lean?.switches ?? [], null));
        if (typeof turn === 'string') throw new Error(turn);
        const sent = turn.tools.map(({ name, type }) => name ?? type);
        const named = COMPACT_PROMPT.match(KNOWN_TOOLS) ?? [];
        expect(named.length).toBeGreaterThan(2);
        expect(named.filter((name) => !sent.includes(name))).toEqual([]);
        const words = JSON.stringify(turn.tools);
        for (const [argument] of COMPACT_PROMPT.matchAll(
          /(?<=`)(cmd|session_id|sandbox_permissions|justification)(?=`)/g,
        ))
          expect(words).toContain(`"${argument}"`);
        expect(words).toContain('require_escalated');
      },
    );
  },
);
