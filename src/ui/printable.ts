/** What JSON lets through of it: a terminal may take all of these for commands, or turn the writing direction. */
const ABOVE_ASCII = '\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
const CONTROLS = new RegExp(`[\\u0000-\\u001f${ABOVE_ASCII}]+`, 'g');
// A command, a text for the terminal itself such as its title, any other: each begins with ESC, or is one character for it.
const ESCAPES =
  /(\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(\u001b\]|\u009d)[^\u0007\u001b\u009c]*(\u0007|\u001b\\|\u009c)?|\u001b[@-_]/g;
const IN_JSON = new RegExp(`[${ABOVE_ASCII}]`, 'g');

/**
 * Text from outside (a server, a file, another program) made safe for a terminal: escape sequences go, control
 * characters, line ends and marks that turn the writing direction become spaces.
 */
export function printable(text: string): string {
  return text.replace(ESCAPES, '').replace(CONTROLS, ' ');
}

/** A document for a terminal or a program: what `printable` takes out stays in it, escaped. */
export function printableJson(value: unknown): string {
  const escaped = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(IN_JSON, escaped);
}

/** Names from outside for one line: the first ten, shortened where they are long, and how many more there are. */
export function enumerate(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(printable);
  const more = names.length - shown.length;
  const words = shown.map((name) => (name.length > 80 ? `${name.slice(0, 80)}…` : name)).join(', ');
  return more > 0 ? `${words} and ${more} more` : words;
}
