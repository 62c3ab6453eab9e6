import { describe, expect, test } from 'vitest';
import { errorDocument, launchDocument } from '../../src/documents.js';
import { TOOL_CALL_PARSERS } from '../../src/lmdeploy/launch.js';
import { cli, scratch } from '../cli.js';

async function print(...args: string[]) {
  return cli(['print', ...args], { home: await scratch() });
}

describe('print launch', () => {
  test('a line to paste, and nothing else', async () => {
    expect(await print('launch', 'Qwen/Qwen3.5-35B-A3B')).toEqual({
      code: 0,
      stdout:
        'lmdeploy serve api_server Qwen/Qwen3.5-35B-A3B --tool-call-parser qwen3coder --reasoning-parser default\n',
      stderr: '',
    });
  });

  test('port, window, and the name of the variable with the keys', async () => {
    const options = ['--port', '8000', '--session-len', '131072', '--api-keys-from', 'RACK_KEYS'];
    const { stdout } = await print('launch', 'Qwen/Qwen3-8B', ...options);
    expect(stdout).toBe(
      'lmdeploy serve api_server Qwen/Qwen3-8B --tool-call-parser qwen3 --reasoning-parser default ' +
        '--server-port 8000 --session-len 131072 --api-keys "$RACK_KEYS"\n',
    );
  });

  test('a model without a known parser: the line, what that means, and the parsers there are', async () => {
    const { code, stdout, stderr } = await print('launch', 'acme/unknown');
    expect(code).toBe(2);
    expect(stdout).toBe('lmdeploy serve api_server acme/unknown\n');
    expect(stderr).toContain('refuses every turn of Codex');
    for (const parser of TOOL_CALL_PARSERS) expect(stderr).toContain(parser);
  });

  test('--json is one document', async () => {
    const known = await print('launch', 'openai/gpt-oss-20b', '--json');
    expect(launchDocument.parse(JSON.parse(known.stdout))).toMatchObject({ ok: true, toolCallParser: null });
    const unknown = await print('launch', 'acme/unknown', '--json');
    expect(unknown.code).toBe(2);
    expect(errorDocument.parse(JSON.parse(unknown.stdout)).error.code).toBe('no-tool-parser');
  });

  test.each([
    [['launch']],
    [['launch', ' ']],
    [['launch', 'm', '--port', '0']],
    [['launch', 'm', '--port', '70000']],
    [['launch', 'm', '--session-len', '8k']],
    [['launch', 'm', '--api-keys-from', 'sk-secret']],
    [['teapot', 'm']],
    [[]],
  ])('%j is wrong usage', async (args) => {
    const { code, stdout, stderr } = await print(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .+\n {2}→ .+\n$/);
    expect(stderr).not.toContain('sk-secret');
  });
});
