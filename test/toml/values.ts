import type { Tape } from './tape.js';

/** The raw text of a value in one of TOML 1.1's spellings. Line ends are LF here. */
export function rawValue(tape: Tape, depth = 0): string {
  const kind = tape.below(depth < 2 ? 9 : 6);
  if (kind < 2) return tape.pick('1', '"x"', 'true', '0');
  if (kind === 2)
    return tape.pick(
      '400_000',
      '0xFF',
      '0o17',
      '0b1',
      '-0',
      '+9_007_199_254_740_993',
      '1.0',
      '-5e-1',
      'nan',
      '-inf',
    );
  if (kind === 3)
    return tape.pick(
      '""',
      `'it\\s'`,
      '"\\e[0m"',
      '"\\x41\\u00e9\\U0001F600"',
      '"# no"',
      `'[model_providers.a]'`,
      '"é😀\\t\\\\\\""',
    );
  if (kind === 4)
    return tape.pick(
      '"""\n[model_providers.a]\n# no\n"""',
      `'''\n\nname = "no"'''`,
      '"""a \\\n  b"""',
      '""""q""""',
      '"""\n\n# c"""',
    );
  if (kind === 5)
    return tape.pick(
      '1979-05-27',
      '07:32',
      '07:32:00.5',
      '1979-05-27 07:32:00Z',
      '1979-05-27T00:32:00-07:00',
    );
  if (kind === 6) return array(tape, depth);
  return braces(tape, members(tape, depth), kind === 8);
}

function array(tape: Tape, depth: number): string {
  const elements = Array.from({ length: tape.below(3) }, () => rawValue(tape, depth + 1));
  const gap = tape.pick('', ' ', '\n  ', ' # c ]\n\t');
  const comma = elements.length > 0 && tape.rarely(3) ? ',' : '';
  return `[${gap}${elements.join(`,${tape.pick(' ', '\n', ' # c\n  ')}`)}${comma}${gap}]`;
}

const NAMES = ['a', 'b', 'X-A', '"c.d"', 'constructor', '__proto__', 'u.v', 'u.w'];

function members(tape: Tape, depth: number): string[] {
  return tape.some(NAMES, 3).map((name) => `${name}${tape.pick(' = ', '=')}${rawValue(tape, depth + 1)}`);
}

/** `{ … }` around entries, on one line but for what the values bring, or with line ends and comments between them. */
export function braces(tape: Tape, entries: readonly string[], isOverLines: boolean): string {
  if (!isOverLines) {
    const pad = tape.pick(' ', '', '\t');
    const comma = entries.length > 0 ? tape.pick('', '', ',', ' ,') : '';
    return `{${pad}${entries.join(tape.pick(', ', ',', ' , '))}${comma}${pad}}`;
  }
  const indent = tape.pick('  ', '', '\t');
  const style = tape.below(5);
  const gap = () => {
    if (style === 4) return tape.pick(', ', ',\n', '\n,', ' # a, b\n\n , # d }\n  ');
    if (style === 3) return `\n${indent}, `;
    return `,${tape.pick('', '', ' # c', ' # {,')}\n${tape.pick('', '', `${indent}# on it\n`, '\n')}${indent}`;
  };
  const body = entries.map((entry, index) => (index === 0 ? entry : gap() + entry)).join('');
  const comma = entries.length > 0 ? tape.pick('', ',', ',', ' ,', '\n,', ' # e\n ,') : '';
  const open = tape.pick(`\n${indent}`, ' # c\n', '\n\n', ' ', '');
  const close = tape.pick('\n', ' # d\n  # e, "\n', '\n\n', ' ', '');
  return `{${open}${body}${comma}${close}}`;
}
