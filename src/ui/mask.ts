const NAME = '[\\w-]*(?:key|token|secret|password)';

/** A password or a key in an address, and what follows an option that is named like one. */
const IN_ADDRESS = /(:\/\/)[^\s/@"']+@/g;
const IN_QUERY = new RegExp(`([?&]${NAME}=)[^\\s&"'#]+`, 'gi');
// From the first dash of a run on, not from each: a line of 400 kB would take half an hour.
const AFTER_OPTION = new RegExp(`((?<![\\w-])--?${NAME}(?:=|"\\s*,\\s*"|'\\s*,\\s*'|\\s+))[^\\s"',]+`, 'gi');

/** A text with the secrets masked that no key of a table gives away, but what stands before them. */
export function maskInText(text: string): string {
  return text.replace(IN_ADDRESS, '$1••••@').replace(IN_QUERY, '$1••••').replace(AFTER_OPTION, '$1••••');
}
