import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Environment } from '../context.js';
import { CliError } from '../errors.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** First of the variables that is set and not empty; the lower-case spelling wins, as in Codex's HTTP library. */
function firstSet(env: Environment, ...names: string[]): string {
  for (const name of names.flatMap((n) => [n.toLowerCase(), n])) {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
  }
  return '';
}

/**
 * The way to the server that Codex would take too: HTTP_PROXY and ALL_PROXY catch plain http, loopback included, unless
 * NO_PROXY names the host (Codex 0.169.0).
 *
 * @throws CliError `usage` where a proxy variable holds no address.
 */
export function network(env: Environment, requestTimeoutMs: number): Dispatcher {
  const options = {
    connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs) },
    // The whole request has one limit of its own; undici's defaults must not cut a longer one short.
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
  };
  const httpProxy = firstSet(env, 'HTTP_PROXY', 'ALL_PROXY');
  const httpsProxy = firstSet(env, 'HTTPS_PROXY', 'ALL_PROXY');
  if (httpProxy === '' && httpsProxy === '') return new Agent(options);
  try {
    return new EnvHttpProxyAgent({
      ...options,
      httpProxy,
      httpsProxy,
      noProxy: firstSet(env, 'NO_PROXY'),
      proxyTunnel: false,
    });
  } catch {
    throw new CliError(
      'usage',
      'A proxy variable (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) holds no address that can be used.',
      'Correct it, or unset it for this command: env -u HTTP_PROXY -u HTTPS_PROXY -u ALL_PROXY codex-lmdeploy …',
    );
  }
}
