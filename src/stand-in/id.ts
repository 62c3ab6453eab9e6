import { randomBytes } from 'node:crypto';

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** An id as LMDeploy makes them: a prefix and 22 characters, none of which looks like another. */
export function newId(prefix: 'resp_' | 'msg_' | 'chatcmpl-tool-' | 'modelperm-'): string {
  return prefix + Array.from(randomBytes(22), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
