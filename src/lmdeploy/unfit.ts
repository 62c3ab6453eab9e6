import { printable } from '../ui/printable.js';
import { ProxyLogin, Unreadable } from './failed-request.js';

/**
 * Why an answer is none that Codex could use, whatever stands in it; null where it is sound.
 *
 * @param encoding its `content-encoding`; '' for none
 */
export function unfitness(status: number, encoding: string): Error | null {
  if (status === 407) return new ProxyLogin();
  if (encoding === '' || encoding.toLowerCase() === 'identity') return null;
  // Codex 0.169.0 asks for no compression, as this client does, and can't read a compressed stream.
  const named = printable(encoding.toLowerCase()).slice(0, 40);
  return new Unreadable(
    `sends its answers compressed (${named}), which nobody asked for and Codex can’t read`,
  );
}
