import { fstatSync, writeSync } from 'node:fs';
import process from 'node:process';
import type { Writable } from 'node:stream';

/** What words go to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const STDOUT = 1;

/**
 * Standard output: Node's own stream on a terminal and on Windows; elsewhere the file or pipe itself, for to load the
 * stream of a pipe takes Node 20 as long as all that `env` does. What can't be written at once goes to the stream, and
 * all that follows: it waits where the reader is slow, and says what is wrong.
 *
 * @param stream gives Node's own
 */
export function standardOutput(stream: () => Output & Writable): Output {
  if (process.platform === 'win32' || !isPlain()) return stream();
  let slow: Writable | null = null;
  return {
    write(text) {
      const rest = slow === null ? unwritten(Buffer.from(text)) : text;
      if (rest.length === 0) return;
      slow ??= stream();
      slow.write(rest);
    },
  };
}

/** Whether no keyboard is behind it; a descriptor that is closed is for the stream to report. */
function isPlain(): boolean {
  try {
    return !fstatSync(STDOUT).isCharacterDevice();
  } catch {
    return false;
  }
}

/** Writes what goes at once. @returns the rest */
function unwritten(bytes: Uint8Array): Uint8Array {
  let done = 0;
  try {
    while (done < bytes.length) done += writeSync(STDOUT, bytes, done);
  } catch {
    // A full pipe that does not wait, one that nobody reads, a full disk: the stream tells them apart.
  }
  return bytes.subarray(done);
}
