import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** Those that are one connection's (RFC 9110), and those that are made anew for each. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A request's headers as they go on to the server. Pure. */
export function requestHeaders(headers: IncomingHttpHeaders, via: string): Record<string, string> {
  const before = headers['via'];
  const kept = endToEnd(headers).map(([name, value]) => [name, [value].flat().join(', ')] as const);
  return { ...Object.fromEntries(kept), via: before === undefined ? via : `${before}, ${via}` };
}

/** An answer's headers as they go back to Codex. Pure. */
export function answerHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const { 'content-length': length } = headers;
  return {
    ...Object.fromEntries(endToEnd(headers)),
    ...(length !== undefined && { 'content-length': length }),
  };
}

/** The same for a turn: what is said of the body holds for the server's, and not for the one that Codex gets. Pure. */
export function turnHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const {
    'content-type': _type,
    'content-encoding': _encoding,
    ...kept
  } = Object.fromEntries(endToEnd(headers));
  return kept;
}

function endToEnd(headers: IncomingHttpHeaders): [string, string | string[]][] {
  const named = (headers['connection'] ?? '').toLowerCase().split(/[\s,]+/);
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || HOP_BY_HOP.has(name) || named.includes(name) ? [] : [[name, value]],
  );
}
