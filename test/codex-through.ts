import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startBridge } from '../src/bridge/server.js';
import { context, PATH_WITH_CODEX, scratch } from './cli.js';

export const MODEL = 'Qwen/Qwen3.5-35B-A3B';

export interface Through {
  readonly env?: Record<string, string> | undefined;
  readonly key?: string | undefined;
  /** Where the Codex in question is. */
  readonly path?: string;
  /** More for Codex's config. */
  readonly config?: string;
  /** After how much silence the bridge gives a sign of life. */
  readonly silenceMs?: number;
}

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real Codex in a home of its own that knows a bridge before a server. Runs it with any arguments. */
export async function codexThrough(upstream: string, options: Through = {}) {
  const { env = {}, key, path = PATH_WITH_CODEX, config = '', silenceMs = 15_000 } = options;
  const home = await scratch();
  const bridge = await startBridge(context({ home, env }).context, {
    upstream,
    model: MODEL,
    port: 0,
    silenceMs,
  });
  onTestFinished(() => bridge.close());
  const work = join(home, 'work');
  await mkdir(work);
  await writeFile(
    join(home, 'config.toml'),
    `model = "${MODEL}"
model_provider = "bridge"
${config}
[model_providers.bridge]
name = "A bridge"
base_url = "${bridge.baseUrl}"
wire_api = "responses"
${key === undefined ? '' : 'env_key = "LMDEPLOY_API_KEY"'}
`,
  );
  const its = { PATH: path, HOME: home, CODEX_HOME: home, LMDEPLOY_API_KEY: key ?? '' };
  return (...args: string[]) =>
    new Promise<Said>((resolve) => {
      const child = execFile(
        'codex',
        args,
        { cwd: work, env: its, maxBuffer: 2 ** 26 },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
      // Codex waits for more of the prompt as long as its input is open.
      child.stdin?.end();
    });
}

/** One `codex exec` through a bridge before a server. */
export async function exec(upstream: string, options: Through = {}): Promise<Said> {
  const codex = await codexThrough(upstream, options);
  return codex('exec', '--skip-git-repo-check', 'Say hello');
}

/** What Codex showed as an error: each one sentence and one remedy. It shows its last word twice. */
export function shown(stderr: string): { sentence: string; remedy: string }[] {
  const errors = [...stderr.matchAll(/^ERROR: (.*)(?:\n→ (.*))?$/gm)];
  return errors.map(([, sentence = '', remedy = '']) => ({ sentence, remedy }));
}
