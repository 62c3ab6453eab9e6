import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Far above any config, catalog or journal; a sparse file of 10 GB would take all memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Thrown for what is no file that could be read to its end. */
export class NotReadable extends Error {}

/** A file's bytes, and whose it is. */
export interface RegularFile {
  readonly bytes: Buffer;
  readonly uid: number;
  readonly mode: number;
}

/**
 * Reads a file of a place where others may have put something else: a pipe or a device would be read without end.
 * What it is is looked at after the opening, so that nothing can be swapped in between.
 *
 * @throws NotReadable for what is no regular file, or too large; the error of the file system
 */
export async function readRegularFile(path: string): Promise<RegularFile> {
  // Synchronous: for a small file, Node's threads take longer to start than the whole of it.
  const descriptor = opened(path);
  try {
    const info = fstatSync(descriptor);
    if (!info.isFile()) throw new NotReadable('is not a regular file');
    if (info.size > MOST_BYTES) throw new NotReadable(`is larger than ${MOST_BYTES / 1024 / 1024} MB`);
    return { bytes: readFileSync(descriptor), uid: info.uid, mode: info.mode };
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number {
  try {
    // Not blocking: to open a pipe that nobody writes to would wait for ever.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    // A socket can't be opened at all.
    if (!['ENXIO', 'ENODEV', 'EOPNOTSUPP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new NotReadable('is not a regular file');
  }
}

/** The same as text. */
export async function readRegularText(path: string): Promise<string> {
  const { bytes } = await readRegularFile(path);
  return bytes.toString('utf8');
}
