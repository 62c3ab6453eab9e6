/** A shorter one is a placeholder, or a part of any word. */
const MIN_SECRET_LENGTH = 12;

/** Whether a key is one that somebody must not see; `dummy` is none. */
export function isSecret(key: string): boolean {
  return key.length >= MIN_SECRET_LENGTH;
}

/** A text of a server's without the key that was sent to it: it may repeat the key in all that it says. */
export function withoutKey(text: string, key: string): string {
  return isSecret(key) ? text.replaceAll(key, '••••') : text;
}
