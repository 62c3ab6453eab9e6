import { Refused } from './refused.js';

/**
 * Where a request to the bridge goes on to, its query with it: the bridge's `/v1` is the server's root, wherever that is;
 * what lies beside the one lies beside the other. Pure.
 *
 * @param target as it stands in the request line
 * @throws Refused 400 for one that is no path: a whole address is meant for a proxy
 */
export function addressOf(target: string, upstream: string): URL {
  if (!target.startsWith('/')) throw new Refused(400, 'This bridge takes paths, no whole addresses.');
  const below = /^\/v1(?=[/?]|$)/.exec(target);
  return new URL(
    below === null ? upstream.replace(/\/v1$/, '') + target : upstream + target.slice(below[0].length),
  );
}
