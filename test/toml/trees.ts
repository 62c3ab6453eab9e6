import type { Tape } from './tape.js';
import { braces, rawValue } from './values.js';

/** Names at the top, below `model_providers` and other tables, and in those. */
export const TOP = ['model', 'model_provider', 'a b', 'ключ', '__proto__', 'constructor'];
export const TABLES = ['model_providers', 'profiles', 'mcp_servers', 'toString'];
export const IDS = ['lmdeploy', 'openai', 'my.proxy', '__proto__'];
export const FIELDS = ['name', 'base_url', 'env_key', 'hasOwnProperty', 'http_headers'];
export const DEEP = ['X-A', 'valueOf'];

type Section = { header: string; lines: string[] };
type Written = { lines: string[]; sections: Section[] };

/**
 * A TOML text with tables in all spellings: headers in any order and place, dotted keys, braces on one line and on
 * several, tables that only their sub-tables name, arrays of tables around them. What it means, a parser says; some few
 * are no TOML.
 */
export function documentText(tape: Tape): string {
  const top = tape.some(TOP).map((name) => assignment(tape, [name], rawValue(tape)));
  const parts = tape.some(TABLES).map((name) => table(tape, [name], [], 0));
  const series = tape.some(SERIES, 4);
  const lines = [...top, ...parts.flatMap((part) => part.lines)];
  const sections = [...parts.flatMap((part) => part.sections), ...series.flat()];
  const first = tape.rarely(3) ? tape.shuffled(lines) : lines;
  const rest = tape.rarely(3) ? tape.shuffled(sections) : sections;
  const all = [...first, ...rest.flatMap(({ header, lines: inner }) => [header, ...inner])];
  return dressed(tape, all);
}

/** In which order these stand matters: the second names a table in the last element of the first. */
const SERIES: Section[][] = [
  [
    { header: '[[projects]]', lines: ['name = "no"'] },
    { header: '[projects.model_providers]', lines: ['a.b = 1'] },
  ],
  [
    { header: '[[hooks]]', lines: [] },
    { header: '[[hooks]]', lines: ['model = 1 # c'] },
  ],
  [{ header: '[[model_providers.lmdeploy.list]]', lines: ['name = "no"'] }],
];

/** A table at `path`, of which `prefix` has to be written in its keys. */
function table(tape: Tape, path: string[], prefix: string[], depth: number): Written {
  const here = [...prefix, path.at(-1) ?? ''];
  const spelling = tape.pick('headers', 'only below', 'dotted', 'braces', 'braces over lines');
  if (spelling === 'braces' || spelling === 'braces over lines')
    return { lines: [assignment(tape, here, inBraces(tape, depth))], sections: [] };
  const isDotted = spelling === 'dotted';
  const inner = isDotted ? here : [];
  const values =
    spelling === 'only below'
      ? []
      : tape.some(depth === 0 ? ['author'] : depth === 1 ? FIELDS.slice(0, -1) : DEEP);
  const lines = values.map((name) => assignment(tape, [...inner, name], rawValue(tape)));
  const below = depth === 2 ? [] : tape.some(depth === 0 ? IDS : FIELDS.slice(-1));
  const parts = below.map((name) => table(tape, [...path, name], inner, depth + 1));
  const all = [...lines, ...parts.flatMap((part) => part.lines)];
  const sections = parts.flatMap((part) => part.sections);
  if (isDotted) return { lines: all, sections };
  if (all.length === 0 && spelling === 'only below') return { lines: [], sections };
  return {
    lines: [],
    sections: [{ header: `[${keyText(tape, path)}]${comment(tape)}`, lines: all }, ...sections],
  };
}

function inBraces(tape: Tape, depth: number): string {
  const values = tape.some(depth === 0 ? ['author'] : depth === 1 ? FIELDS.slice(0, -1) : DEEP);
  const below = depth === 2 ? [] : tape.some(depth === 0 ? IDS : FIELDS.slice(-1));
  const entries = [
    ...values.map((name) => `${keyText(tape, [name])} = ${rawValue(tape, 1)}`),
    ...below.map((name) => {
      const isDotted = tape.rarely(3);
      const key = isDotted ? [name, depth === 0 ? 'name' : 'X-A'] : [name];
      return `${keyText(tape, key)} = ${isDotted ? rawValue(tape, 1) : inBraces(tape, depth + 1)}`;
    }),
  ];
  return braces(tape, tape.rarely(3) ? tape.shuffled(entries) : entries, tape.rarely(2));
}

function assignment(tape: Tape, path: readonly string[], value: string): string {
  return `${keyText(tape, path)}${tape.pick(' = ', '=', '\t=  ')}${value}${comment(tape)}`;
}

function comment(tape: Tape): string {
  return tape.pick('', '', '', ' # c', '\t#"""', '  ');
}

function keyText(tape: Tape, path: readonly string[]): string {
  return path
    .map((name) => {
      const isBare = /^[A-Za-z0-9_-]+$/.test(name);
      const first = name.codePointAt(0) ?? 0;
      const escaped = `"\\u${first.toString(16).padStart(4, '0')}${name.slice(1)}"`;
      return isBare
        ? tape.pick(name, name, name, `"${name}"`, `'${name}'`, escaped)
        : tape.pick(`"${name}"`, `'${name}'`, escaped);
    })
    .join(tape.pick('.', '.', ' . '));
}

/** Indents, comments and blank lines between the lines, endings, a BOM, and whether the last line ends. */
function dressed(tape: Tape, lines: readonly string[]): string {
  const style = tape.pick('spaced', 'compact', 'wild');
  const noise = () => tape.pick('', '', '\n', '# c\n', '\n# model = "no"\n', '# c\n\n', '  \n', '\n\n');
  const body = lines.map((line, index) => {
    if (style === 'compact') return `${line}\n`;
    if (style === 'spaced') return `${line.startsWith('[') && index > 0 ? '\n' : ''}${line}\n`;
    return `${noise()}${tape.pick('', '', '  ', '\t')}${line}\n`;
  });
  const text = body.join('') + (style === 'wild' ? noise() : '');
  const endings = tape.pick<string[]>(['\n'], ['\r\n'], ['\n', '\r\n', '\n']);
  const ended = text.replace(/\n/g, () => endings[tape.below(endings.length)] ?? '\n');
  return tape.pick('', '', '\uFEFF') + (tape.rarely(3) ? ended.replace(/\r?\n$/, '') : ended);
}
