import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';
import { maskSecrets } from '../toml/secrets.js';
import { maskInText } from './mask.js';
import type { Palette } from './palette.js';

/**
 * A unified diff of a file, three lines of context, control characters in caret notation.
 *
 * @param before null: there is no such file yet
 * @param after null: there is none any more
 * @param shown what of a text may be seen; of a TOML file all but its secrets
 */
export function unifiedDiff(
  path: string,
  before: string | null,
  after: string | null,
  shown: (text: string) => string = withoutSecrets,
): string {
  const from = before === null ? '/dev/null' : path;
  const to = after === null ? '/dev/null' : path;
  const texts = [shown(before ?? ''), shown(after ?? '')] as const;
  const patch = structuredPatch(from, to, ...texts, undefined, undefined, { context: 3 });
  if (patch.hunks.length === 0) return '';
  return formatPatch(patch, FILE_HEADERS_ONLY).replace(/\n$/, '').split('\n').map(caret).join('\n');
}

function withoutSecrets(text: string): string {
  return maskInText(maskSecrets(text));
}

function caret(line: string): string {
  return line
    .replace(/[\u0000-\u0008\u000a-\u001f]/g, (c) => `^${String.fromCharCode(c.charCodeAt(0) + 64)}`)
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => {
      return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
}

/** The same diff with its lines in colour. */
export function colorDiff(diff: string, colors: Palette): string {
  const paint = (line: string) => {
    if (line.startsWith('+++') || line.startsWith('---')) return colors.bold(line);
    if (line.startsWith('@@')) return colors.cyan(line);
    if (line.startsWith('+')) return colors.green(line);
    return line.startsWith('-') ? colors.red(line) : line;
  };
  return diff.split('\n').map(paint).join('\n');
}
