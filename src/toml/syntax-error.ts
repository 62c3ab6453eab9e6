import { maskLines } from './secret-lines.js';

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
