import { quoted } from '../ui/shell-word.js';
import type { Layer } from './layers.js';
import { lineIn } from './place-in-layer.js';

type File = Pick<Layer, 'path' | 'text'>;

/**
 * A command for any POSIX shell that edits a config file by sed. The file is written through, not replaced as by
 * `sed -i`: a symlink stays one, and so do its rights. The old text lies beside it.
 */
export function sedCommand({ path }: File, scripts: readonly string[]): string {
  const [file, old] = [quoted(path), quoted(`${path}.bak`)];
  return `cp -p ${file} ${old} && sed ${scripts.map((one) => `-e ${quoted(one)}`).join(' ')} ${old} > ${file}`;
}

/**
 * A command that gives a key another value in its line; where that is no plain line, one that opens it there.
 *
 * @param aside what stands behind it, for the reader
 */
export function setCommand(file: File, path: readonly string[], value: string, aside = ''): string {
  const found = plainLine(file, path);
  if (found === null) {
    const there = `there: ${path.at(-1)} = "${value}"`;
    return `${openCommand(file, path)}   # ${aside === '' ? there : `${there}; ${aside}`}`;
  }
  const { line, start, old } = found;
  const command = sedCommand(file, [`${line}s/^${literal(start + old)}/${start}"${value}"/`]);
  return aside === '' ? command : `${command}   # ${aside}`;
}

/** The sed script that takes out a key's line; null where it is no plain one. */
export function takeOutScript(file: File, path: readonly string[]): string | null {
  const found = plainLine(file, path);
  return found && `${found.line}{/^${literal(found.start + found.old)}/d;}`;
}

/** A command that opens a file where a key stands. */
export function openCommand(file: File, path: readonly string[]): string {
  const line = lineIn(file, path);
  return `"\${EDITOR:-vi}" ${line === null ? '' : `+${line} `}${quoted(file.path)}`;
}

/** `key = "value"` (or a number) at the beginning of a line, in nothing but ASCII: what one line of sed can tell from all else. */
function plainLine(file: File, path: readonly string[]) {
  const line = lineIn(file, path);
  if (line === null) return null;
  // A BOM stands before the first line, where sed's `^` is then something else.
  const text = file.text.split('\n')[line - 1] ?? '';
  const [, start = '', key, old = ''] =
    /^(([\w-]+) *= *)("[ !#-[\]-~]*"|'[ -&(-~]*'|[\d_]+)[ \r]*(#|$)/.exec(text) ?? [];
  return key === path.at(-1) ? { line, start, old } : null;
}

function literal(text: string): string {
  return text.replace(/[\\/.*^$[\]]/g, '\\$&');
}
