import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { decodeUtf8 } from '../toml/utf8.js';
import { printable } from '../ui/printable.js';
import { quoted } from '../ui/shell-word.js';
import { NotReadable, readRegularFile } from './regular-file.js';

/** The limit of Linux and macOS, with room for the files in it. */
const LONGEST_PATH = 3_800;

const OWN_FOLDER = 'codex-lmdeploy';

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

/**
 * Where Codex's files are: `--codex-home`, else `CODEX_HOME`, else `~/.codex`.
 *
 * @throws CliError `usage` for a name that can't be meant: `~` that no shell has replaced, control characters
 */
export function codexHome(
  context: Context,
  {
    codexHome: flag,
    profile = null,
    catalogName = profile,
  }: {
    codexHome?: string | undefined;
    profile?: string | null | undefined;
    /** Another catalog than the one of that name. */
    catalogName?: string | null;
  },
): CodexHome {
  const variable = context.env['CODEX_HOME'];
  const named = flag ?? (variable === '' ? undefined : variable);
  const path = named === undefined ? join(context.userHome, '.codex') : resolve(context.cwd, named);
  const namedBy = flag !== undefined ? '--codex-home' : named !== undefined ? 'CODEX_HOME' : 'default';
  if (named !== undefined) requireName(named, path, namedBy);
  const userConfigPath = join(path, 'config.toml');
  const configPath = profile === null ? userConfigPath : join(path, `${profile}.config.toml`);
  const ownFolder = join(path, OWN_FOLDER);
  const catalogPath = join(path, catalogFile(catalogName));
  return { path, namedBy, profile, configPath, userConfigPath, ownFolder, catalogPath };
}

/** The file of a model catalog, as a config names it and as the journal does; null: that of `config.toml`. */
export function catalogFile(name: string | null): string {
  return `${OWN_FOLDER}/${name === null ? 'catalog.json' : `${name}.catalog.json`}`;
}

/** Whether a model catalog is one that this tool keeps in a home, for whichever config. */
export function isOwnCatalog({ ownFolder }: CodexHome, path: string): boolean {
  return dirname(path) === ownFolder;
}

/** @throws CliError `usage` */
function requireName(named: string, path: string, namedBy: CodexHome['namedBy']): void {
  const refuse = (why: string, hint: string) => new CliError('usage', `${namedBy} ${why}.`, hint);
  // Codex 0.169.0 takes it by the letter too, and would look for a folder that is called ~.
  const inHome = /^~(?:[\\/](.*))?$/s.exec(named);
  if (inHome !== null)
    throw refuse(
      `is "${printable(named)}", and no shell has put your home folder in for the ~, as in quotes none does`,
      `export CODEX_HOME="$HOME"${inHome[1] ? `/${quoted(inHome[1])}` : ''}   # without quotes around the ~; or leave it out, for ~/.codex`,
    );
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(path))
    throw refuse(
      `holds a line end or another control character: "${printable(path)}"`,
      'Name the folder without it.',
    );
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw refuse(`is a path of ${Buffer.byteLength(path)} bytes, which is too long`, 'Name a shorter one.');
}

/** A file's name in a home, as the journal has it: the way from there, with slashes. */
export function nameIn(home: CodexHome, path: string): string {
  return relative(home.path, path).split(sep).join('/');
}

/** Whether the home is there as a folder. */
export async function homeExists(home: CodexHome): Promise<boolean> {
  try {
    return statSync(home.path, { throwIfNoEntry: false })?.isDirectory() ?? false;
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
    ({ bytes } = await readRegularFile(path));
  } catch (error) {
    if (error instanceof NotReadable) throw notAFile(path, error.message);
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
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  const target = linkTarget(path);
  if (target === null) return null;
  throw new CliError(
    'config-unreadable',
    `${path} is a symlink that leads nowhere (to ${target}).`,
    `ls -l ${quoted(path)}   # put the file there, or take the link away`,
  );
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function notAFile(path: string, why: string): CliError {
  return new CliError('config-unreadable', `${path} ${why}.`, `ls -ld ${quoted(path)}   # what it is`);
}
