const NAME = '[\\w-]*(?:key|token|secret|password)';

/** The login in an address: where it has a password, up to the last `@` that may end it, for not all of them are encoded. */
const IN_ADDRESS = /(:\/\/)(?:[^\s/@:]*:\S{0,300}@|[^\s/]+@)/g;
/** A key in an address, and what follows an option that is named like one. */
const IN_QUERY = new RegExp(`([?&]${NAME}=)[^\\s&"#]+`, 'gi');
// From the first dash of a run on, not from each: a line of 400 kB would take half an hour.
const OPTION = `(?<![\\w-])--?${NAME}`;
const AFTER_OPTION = [
  new RegExp(`(${OPTION}"\\s*,\\s*")(?:\\\\.|[^"\\\\])+`, 'gi'),
  new RegExp(`(${OPTION}'\\s*,\\s*')[^']+`, 'gi'),
  new RegExp(`(${OPTION}(?:=|\\s+))(?:\\\\.|'(?![\\s,\\]})]|$)|[^\\s"',\\\\])+`, 'gi'),
];

/** A text with the user, the password and the keys of every address in it masked. */
export function maskAddresses(text: string): string {
  return text.replace(IN_ADDRESS, '$1••••@').replace(IN_QUERY, '$1••••');
}

/** A text with the secrets masked that no key of a table gives away, but what stands before them. */
export function maskInText(text: string): string {
  return AFTER_OPTION.reduce((masked, option) => masked.replace(option, '$1••••'), maskAddresses(text));
}
