import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cli, PATH_WITH_CODEX, scratch } from './cli.js';

const run = promisify(execFile);

export interface CodexOptions {
  /** The config that is there before. */
  readonly before?: string;
  readonly key?: string;
  /** The profile that `init` is told to write, and Codex to use. */
  readonly profile?: string;
  /** Where the Codex in question is. */
  readonly path?: string;
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
    LMDEPLOY_API_KEY: options.key ?? 'dummy',
  };
  const profile = options.profile === undefined ? [] : ['--profile', options.profile];
  const { code, stderr } = await cli(['init', baseUrl, '--yes', ...profile], { home, env });
  if (code !== 0) throw new Error(`init exited with ${code}: ${stderr}`);
  /** `codex exec`: the last message; rejects with what it wrote to stderr where it fails. */
  const exec = async (prompt: string): Promise<string> => {
    const child = run('codex', [...profile, 'exec', '--skip-git-repo-check', prompt], { cwd: work, env });
    // Codex waits for more of the prompt as long as its input is open.
    child.child.stdin?.end();
    return (await child).stdout.trim();
  };
  return { home, exec, initSaid: stderr };
}
