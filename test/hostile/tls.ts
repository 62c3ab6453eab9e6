import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../cli.js';

const FOLDER = join(ROOT, 'test/fixtures/tls');
/** The CA behind all of them but the one that signs itself. */
export const CA_FILE = join(FOLDER, 'ca.pem');

/** A certificate of test/fixtures/tls, with its key. */
export async function certificate(name: 'good' | 'expired' | 'early' | 'elsewhere' | 'self-signed') {
  const [cert, key] = await Promise.all(
    [`${name}.pem`, 'key.pem'].map((file) => readFile(join(FOLDER, file))),
  );
  return { cert: cert as Buffer, key: key as Buffer };
}
