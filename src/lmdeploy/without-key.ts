import { masking } from '../ui/mask-secret.js';

/** A text of a server's without the key that was sent to it: it may repeat the key in all that it says, in any form. */
export function withoutKey(text: string, key: string): string {
  return masking([key])(text);
}
