import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cli, PATH_WITH_CODEX, scratch } from './cli.js';
import { RECORDINGS } from './recordings.js';

const run = promisify(execFile);

export interface CodexOptions {
  /** The config that is there before. */
  readonly before?: string;
  readonly key?: string;
  /** The profile that `init` is told to write, and Codex to use. */
  readonly profile?: string;
  /** Where the Codex in question is. */
  readonly path?: string;
  /** More for `init`. */
  readonly flags?: readonly string[];
}

export interface CodexSaid {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home that `init` set up for a server, and the real Codex in it. */
export async function codexOn(baseUrl: string, options: CodexOptions = {}) {
  const folder = await scratch();
  const [home, work] = [join(folder, 'home'), join(folder, 'work')];
  await mkdir(home);
  await mkdir(work);
  if (options.before !== undefined) await writeFile(join(home, 'config.toml'), options.before);
  const env = {
    PATH: options.path ?? PATH_WITH_CODEX,
    HOME: folder,
    CODEX_HOME: home,
    XDG_CACHE_HOME: RECORDINGS,
    LMDEPLOY_API_KEY: options.key ?? 'dummy',
  };
  const profile = options.profile === undefined ? [] : ['--profile', options.profile];
  const init = async (...flags: string[]): Promise<string> => {
    const { code, stderr } = await cli(['init', baseUrl, '--yes', ...profile, ...flags], { home, env });
    if (code !== 0) throw new Error(`init exited with ${code}: ${stderr}`);
    return stderr;
  };
  const initSaid = await init(...(options.flags ?? []));
  const start = (args: readonly string[], other: { path?: string; home?: string } = {}) => {
    const its = { ...env, PATH: other.path ?? env.PATH, CODEX_HOME: other.home ?? home };
    const child = run('codex', args, { cwd: work, env: its, maxBuffer: 2 ** 26 });
    // Codex waits for more of the prompt as long as its input is open.
    child.child.stdin?.end();
    return child;
  };
  /** `codex exec`: the last message; rejects with what it wrote to stderr where it fails. */
  const exec = async (prompt: string): Promise<string> =>
    (await start([...profile, 'exec', '--skip-git-repo-check', prompt])).stdout.trim();
  /** Codex with any arguments, or another Codex or home: what it said, also where it fails. */
  const codex = (args: readonly string[], other?: { path?: string; home?: string }): Promise<CodexSaid> =>
    start(args, other).then(
      (said) => ({ code: 0, ...said }),
      ({ code, stdout, stderr }: CodexSaid) => ({ code, stdout, stderr }),
    );
  return { home, work, env, init, initSaid, exec, codex };
}
