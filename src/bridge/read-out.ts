import type { Readable } from 'node:stream';

/** A sound server ends its stream with the last event. */
const LIMIT_MS = 1_000;

/**
 * Reads what is left of an answer that is no longer needed, so that its connection serves the next request: undici makes
 * two new ones for each that is broken off.
 */
export function readOut(body: Readable): void {
  const limit = setTimeout(() => body.destroy(), LIMIT_MS).unref();
  body
    .on('error', () => undefined)
    .once('close', () => clearTimeout(limit))
    .resume();
}
