import { parse, type TomlDate, TomlError } from 'smol-toml';
import { maskLines } from './secret-lines.js';

export type TomlValue = string | number | bigint | boolean | TomlDate | TomlValue[] | TomlTable;
/** A table has no prototype: `__proto__` and `constructor` are keys like any other. */
export type TomlTable = { [key: string]: TomlValue };

/** Whether a value is a table, in whichever spelling. */
export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

/**
 * A text that is no TOML: the reason, where (line and column count from 1, the column in UTF-16 units), that line with
 * secrets masked, and where in what is left of it the place is; in what is masked, where the mask begins.
 */
export class TomlSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  readonly excerpt: string;
  readonly excerptColumn: number;

  constructor(reason: string, text: string, line: number, column: number) {
    super(reason);
    this.name = 'TomlSyntaxError';
    this.line = line;
    this.column = column;
    const unmarked = text.replace(/^\uFEFF/, '');
    this.excerpt = lineIn(maskLines(unmarked), line);
    this.excerptColumn = columnIn(this.excerpt, lineIn(unmarked, line), column);
  }
}

function lineIn(text: string, line: number): string {
  return text.split(/\r?\n/)[line - 1] ?? '';
}

/** Where a column of the line as it is stands in the line as it is shown. */
function columnIn(shown: string, line: string, column: number): number {
  if (column > line.length) return shown.length + 1;
  let same = 0;
  while (same < column - 1 && shown[same] === line[same]) same += 1;
  return same + 1;
}

/**
 * What a text means. An integer is a number where that is exact, else a bigint.
 *
 * @throws TomlSyntaxError
 */
export function readToml(text: string): TomlTable {
  return read(text, 'asNeeded');
}

/**
 * The same with every integer as a bigint, so that 1 and 1.0 differ, as they do for a program with types.
 *
 * @throws TomlSyntaxError
 */
export function readExactly(text: string): TomlTable {
  return read(text, true);
}

function read(text: string, integersAsBigInt: true | 'asNeeded'): TomlTable {
  try {
    return parse(text, { integersAsBigInt }) as TomlTable;
  } catch (error) {
    if (error instanceof TomlError) throw fromSmolToml(error, text);
    if (error instanceof RangeError) throw new TomlSyntaxError('it is nested too deeply', text, 1, 1);
    throw error;
  }
}

/** smol-toml puts its banner before the reason and a code block, which may show a secret, behind it. */
function fromSmolToml(error: TomlError, text: string): TomlSyntaxError {
  const reason = error.message.replace(/^Invalid TOML document: /, '').replace(/\n\n[\s\S]*$/, '');
  const bom = error.line === 1 && text.startsWith('\uFEFF') ? 1 : 0;
  const column = Math.max(error.column - bom, 1);
  const { line, column: shown } = withText(text.replace(/^\uFEFF/, ''), error.line, column);
  return new TomlSyntaxError(reason, text, line, shown);
}

/** What was never closed ends in empty lines, which show nothing: there the place is the end of the text before them. */
function withText(text: string, line: number, column: number): { line: number; column: number } {
  const lines = text.split(/\r?\n/).slice(0, line);
  if (lines.at(-1)?.trim() !== '') return { line, column };
  const last = lines.findLastIndex((one) => one.trim() !== '');
  return last === -1
    ? { line, column }
    : { line: last + 1, column: (lines[last]?.trimEnd().length ?? 0) + 1 };
}

/**
 * The text of a file's bytes, a BOM included.
 *
 * @throws TomlSyntaxError with the place of the first byte that is not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const good = decodeWhatCan(bytes);
    const lines = good.split('\n');
    const column = (lines.at(-1)?.length ?? 0) + 1;
    // `>` of Windows PowerShell writes UTF-16 with this mark.
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const reason = isUtf16 ? 'the file is UTF-16, not UTF-8' : 'a byte is not UTF-8';
    const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    throw new TomlSyntaxError(reason, isUtf16 ? '' : lenient, lines.length, column);
  }
}

function decodeWhatCan(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let good = '';
  try {
    for (const [index] of bytes.entries())
      good += decoder.decode(bytes.subarray(index, index + 1), { stream: true });
  } catch {
    // What came before the bad byte is what was asked for.
  }
  return good;
}
