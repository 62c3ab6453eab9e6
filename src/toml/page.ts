/**
 * A text by its lines, which count from 1. Here every line has an ending: one that the last line lacks is lent to it
 * and taken back by `close`, so that nothing else has to think of a missing final newline.
 */
export class Page {
  readonly text: string;
  readonly #starts: readonly number[];
  readonly #lent: boolean;

  constructor(text: string) {
    this.#lent = text !== '' && !text.endsWith('\n');
    const lastEnding = /\r\n(?=[^\n]*$)/.test(text) ? '\r\n' : '\n';
    this.text = this.#lent ? text + lastEnding : text;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  start(line: number): number {
    return this.#starts[line - 1] ?? 0;
  }

  /** The offset behind the line's ending; 0 for line 0, which is what stands before the first line. */
  end(line: number): number {
    return this.#starts[line] ?? this.text.length;
  }

  /** The line's own ending; for line 0 the first line's. */
  ending(line: number): string {
    return this.text.startsWith('\r\n', this.end(Math.max(line, 1)) - 2) ? '\r\n' : '\n';
  }

  indent(line: number): string {
    return /^[ \t]*/.exec(this.#body(line))?.[0] ?? '';
  }

  isBlank(line: number): boolean {
    return this.#body(line).trim() === '';
  }

  isEmpty(line: number): boolean {
    return this.#body(line).replace(/\r?\n$/, '') === '';
  }

  isComment(line: number): boolean {
    return this.#body(line).trimStart().startsWith('#');
  }

  /** The last line that is not blank; 0 where all are. */
  get lastFilled(): number {
    let line = this.count;
    while (line > 0 && this.isBlank(line)) line -= 1;
    return line;
  }

  /** Takes back the ending that was lent. */
  close(text: string): string {
    return this.#lent ? text.replace(/\r?\n$/, '') : text;
  }

  #body(line: number): string {
    return this.text.slice(this.start(line), this.end(line));
  }
}
