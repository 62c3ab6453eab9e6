// Not fs/promises, which takes Node 2 ms to load: more than all that is read here.
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { decodeUtf8 } from '../toml/utf8.js';
import { quoted } from '../ui/shell-word.js';

/** Codex's home folder, and who said where it is. */
export interface CodexHome {
  readonly path: string;
  readonly namedBy: '--codex-home' | 'CODEX_HOME' | 'default';
  /** The profile that is worked on, or null for `config.toml` itself. */
  readonly profile: string | null;
  /** The file that is worked on: `config.toml`, or `NAME.config.toml` of a profile (Codex 0.134.0 and later). */
  readonly configPath: string;
  readonly userConfigPath: string;
  /** The folder for what this tool keeps beside the config. */
  readonly ownFolder: string;
  /** The model catalog that belongs to the file that is worked on, if one was made. */
  readonly catalogPath: string;
}

/** Where Codex's files are: `--codex-home`, else `CODEX_HOME`, else `~/.codex`. */
export function codexHome(
  context: Context,
  {
    codexHome: flag,
    profile = null,
  }: { codexHome?: string | undefined; profile?: string | null | undefined },
): CodexHome {
  const variable = context.env['CODEX_HOME'];
  const named = flag ?? (variable === '' ? undefined : variable);
  const path = named === undefined ? join(context.userHome, '.codex') : resolve(context.cwd, named);
  const namedBy = flag !== undefined ? '--codex-home' : named !== undefined ? 'CODEX_HOME' : 'default';
  const userConfigPath = join(path, 'config.toml');
  const configPath = profile === null ? userConfigPath : join(path, `${profile}.config.toml`);
  const ownFolder = join(path, 'codex-lmdeploy');
  const catalogPath = join(ownFolder, profile === null ? 'catalog.json' : `${profile}.catalog.json`);
  return { path, namedBy, profile, configPath, userConfigPath, ownFolder, catalogPath };
}

/** A file's name in a home, as the journal has it: the way from there, with slashes. */
export function nameIn(home: CodexHome, path: string): string {
  return relative(home.path, path).split(sep).join('/');
}

/** Whether the home is there as a folder. */
export async function homeExists(home: CodexHome): Promise<boolean> {
  try {
    return statSync(home.path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * A home that somebody named has to be there, for Codex 0.169.0 refuses it otherwise. `~/.codex` may be missing: Codex
 * makes it.
 *
 * @throws CliError `codex-home-missing`
 */
export async function requireHome(home: CodexHome): Promise<void> {
  if (home.namedBy === 'default' || (await homeExists(home))) return;
  throw new CliError(
    'codex-home-missing',
    `${home.path}, named by ${home.namedBy}, is not a folder.`,
    `mkdir -p -m 700 ${quoted(home.path)}   # makes it; or correct the name`,
  );
}

/**
 * The text of a file of Codex's, BOM and line ends as they are; null where there is no such file.
 *
 * @throws CliError `config-unreadable`; TomlSyntaxError for bytes that are not UTF-8
 */
export async function readConfigFile(path: string): Promise<string | null> {
  let bytes: Uint8Array;
  try {
    // A pipe or a device in the file's place would block the read without end.
    const info = statSync(path);
    if (!info.isFile()) throw notAFile(path);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return noFile(path);
    throw new CliError(
      'config-unreadable',
      `${path} can't be read (${code}).`,
      `ls -l ${quoted(path)}   # the rights there`,
    );
  }
  return decodeUtf8(bytes);
}

/** A link to a file that is not there can't be written through, so it is no place for a new one. */
function noFile(path: string): null {
  let target: string;
  try {
    target = readlinkSync(path);
  } catch {
    return null;
  }
  throw new CliError(
    'config-unreadable',
    `${path} is a symlink that leads nowhere (to ${target}).`,
    `ls -l ${quoted(path)}   # put the file there, or take the link away`,
  );
}

function notAFile(path: string): CliError {
  return new CliError(
    'config-unreadable',
    `${path} is not a regular file.`,
    `ls -ld ${quoted(path)}   # what it is`,
  );
}
