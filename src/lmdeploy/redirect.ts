import type { Dispatcher } from 'undici';

/** A request on its way. */
export interface Hop {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

/** A redirect that was followed. */
export interface Redirect {
  readonly status: number;
  readonly from: string;
  readonly to: string;
  /** What went out, and what went on: a POST that became a GET has lost its body. */
  readonly method: Hop['method'];
  readonly becameGet: boolean;
  /** The key stayed behind, for the redirect led to another host or port. */
  readonly leftKey: boolean;
}

/** Codex 0.169.0 gives up at the eleventh. */
export const MAX_REDIRECTS = 10;

/** Thrown for a redirect that Codex refuses to follow. */
export class RedirectRefused extends Error {
  readonly code: 'TOO_MANY_REDIRECTS' | 'REDIRECT_TO_OTHER_SCHEME';

  constructor(code: RedirectRefused['code']) {
    super(code);
    this.code = code;
  }
}

/** Thrown where a redirect led to a server that gave no answer; the cause is what that one ran into. */
export class BehindRedirect extends Error {
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super('behind a redirect', { cause });
    this.url = url;
  }
}

/**
 * Where Codex 0.169.0 would go on from an answer, or null where it takes the answer as it is: 301, 302 and 303 turn a
 * POST into a GET without a body, 307 and 308 repeat it; the key, and a cookie, go along to the same host and port only.
 *
 * @throws RedirectRefused for a target that is not http(s)
 */
export function follow(
  hop: Hop,
  status: number,
  location: string | null,
): { hop: Hop; redirect: Redirect } | null {
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return null;
  if (!URL.canParse(location, hop.url.href)) return null;
  const url = new URL(location, hop.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new RedirectRefused('REDIRECT_TO_OTHER_SCHEME');
  url.username = url.password = url.hash = '';
  const becomesGet = status < 307 && hop.method === 'POST';
  const leavesKey = url.hostname !== hop.url.hostname || portOf(url) !== portOf(hop.url);
  const dropped = [
    ...(becomesGet ? ['content-type'] : []),
    ...(leavesKey ? ['authorization', 'cookie'] : []),
  ];
  const headers = Object.entries(hop.headers).filter(([name]) => !dropped.includes(name));
  return {
    hop: {
      method: becomesGet ? 'GET' : hop.method,
      url,
      headers: Object.fromEntries(headers),
      body: becomesGet ? null : hop.body,
    },
    redirect: {
      status,
      from: hop.url.href,
      to: url.href,
      method: hop.method,
      becameGet: becomesGet,
      leftKey: leavesKey && hop.headers['authorization'] !== undefined,
    },
  };
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}
