import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { Refused } from './refused.js';

/** Pictures and long sessions; Codex's own turns are 40 kB and more. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const TOO_LARGE = 'The request is larger than 64 MB, more than this bridge takes.';

/**
 * What is too large is read to its end all the same, and thrown away: a connection that is closed before takes the answer
 * with it.
 *
 * @throws Refused 413, and what the socket throws when the client goes away
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES ? Infinity : 0;
    request
      .on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes <= MAX_BODY_BYTES) return void chunks.push(chunk);
        chunks.length = 0;
        reject(new Refused(413, TOO_LARGE));
      })
      .once('end', () => resolve(Buffer.concat(chunks)))
      .once('error', reject)
      .once('close', () => reject(new Error('The client went away.')));
  });
}

/** Codex 0.169.0 compresses what goes to OpenAI only. */
const READERS = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/**
 * A body as its sender meant it.
 *
 * @throws Refused 415 for an encoding that is not known, 400 for one that is not kept, 413 for what grows too large
 */
export async function decoded(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  const read = Object.hasOwn(READERS, name) ? READERS[name as keyof typeof READERS] : null;
  if (read === null)
    throw new Refused(415, 'The request is compressed in a way that this bridge does not know.');
  try {
    return await read(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new Refused(413, TOO_LARGE);
    throw new Refused(400, 'The request says that it is compressed, and is not.');
  }
}
