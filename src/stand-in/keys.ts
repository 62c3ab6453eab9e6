import { Refusal, refuse, refuseFlat } from './refusal.js';
import type { Behaviour } from './release.js';

/** What paths that want no key begin with (LMDeploy 0.14 to 0.18). */
const OPEN = ['/health', '/docs', '/redoc', '/nodes'];

/** The 401 for a request without a key that fits, shaped by its path; null where it may pass. */
export function keyRefusal(
  path: string,
  authorization: string | undefined,
  keys: readonly string[],
  { unauthorized }: Behaviour,
): Refusal | null {
  if (keys.length === 0 || OPEN.some((start) => path.startsWith(start))) return null;
  // Everything behind the first blank is the key.
  const [, key] = /^bearer (.*)$/is.exec(authorization ?? '') ?? [];
  if (key !== undefined && keys.includes(key)) return null;
  if (unauthorized === 'plain') return new Refusal(401, { error: 'Unauthorized' });
  if (path.startsWith('/v1/responses')) return refuse(401, 'Unauthorized.');
  return refuseFlat(401, 'Unauthorized.');
}
