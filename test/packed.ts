import { execFileSync } from 'node:child_process';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './cli.js';

/** The package as a user gets it. */
export interface Packed {
  /** The folder that it was installed into. The caller takes it away. */
  readonly folder: string;
  /** Of the tarball. */
  readonly bytes: number;
  /** How many packages npm installed for it. */
  readonly packages: number;
}

/** Packs `dist`, which `npm test` has built, and installs the tarball into an empty folder. */
export async function installPacked(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-packed-'));
  const npm = (cwd: string, ...args: string[]) =>
    JSON.parse(
      execFileSync('npm', [...args, '--json'], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, npm_config_loglevel: 'error' },
      }),
    );
  const [{ filename }] = npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', folder);
  const tarball = join(folder, filename);
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const { added } = npm(folder, 'install', '--no-audit', '--no-fund', '--omit=dev', tarball);
  return { folder, bytes: (await stat(tarball)).size, packages: added };
}
