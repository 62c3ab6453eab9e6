import { parse, type TomlDate, TomlError } from 'smol-toml';
import { TomlSyntaxError } from './syntax-error.js';

export type TomlValue = string | number | bigint | boolean | TomlDate | TomlValue[] | TomlTable;
/** A table has no prototype: `__proto__` and `constructor` are keys like any other. */
export type TomlTable = { [key: string]: TomlValue };

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
