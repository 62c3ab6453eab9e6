/** Shorter ones are placeholders, or a part of any word. */
const MIN_LENGTH = 12;

/** Whether a key is one that somebody must not see; `dummy` is none. */
export function isSecret(key: string): boolean {
  return key.length >= MIN_LENGTH;
}

/**
 * Makes what masks secrets that are known, in every form in which another program may repeat them: as they are, in an
 * address, in JSON (and in JSON within JSON), in base64. Short ones stay.
 */
export function masking(secrets: readonly (string | undefined)[]): (text: string) => string {
  const long = secrets.filter((one) => one !== undefined && isSecret(one)) as string[];
  // The longest first: a shorter one may be a part of it.
  const forms = [...new Set(long.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((masked, form) => masked.replaceAll(form, '••••'), text);
}

function formsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].map((offset) => inBase64(secret, offset));
  const inAddress = [secret, ...base64].flatMap((one) => [encodeURIComponent(one), encodeURI(one)]);
  return [
    ...[secret, inJson, JSON.stringify(inJson).slice(1, -1)],
    ...[...base64, ...base64.map((one) => one.replaceAll('+', '-').replaceAll('/', '_'))],
    ...[...inAddress, ...inAddress.map((one) => one.replace(/%../g, (code) => code.toLowerCase()))],
  ];
}

/** What base64 makes of a text behind `offset` (and any number of threes) of other bytes, whatever they are. */
function inBase64(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  // The characters at both ends hold bits of the neighbours too.
  const start = offset === 0 ? 0 : offset + 1;
  return bytes.toString('base64').slice(start, Math.floor((bytes.length * 8) / 6));
}
