import { isLoopback } from '../../lmdeploy/address.js';
import type { Listing } from '../../lmdeploy/listing.js';
import { ProxyFailed, type ProxyServer, proxyFor } from '../../lmdeploy/proxy.js';
import { caFile } from '../../lmdeploy/trust.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const networkProxy: Check = {
  ...titled('network.proxy'),
  requires: [],
  async run(examination) {
    const { context, discovery, settings } = examination;
    const atBridge = await onTheWayToBridge(examination);
    if (atBridge !== null) return atBridge;
    const proxy = proxyOrFault(settings.baseUrl.value, examination);
    if (proxy !== null && 'status' in proxy) return proxy;
    const { listing } = await discovery.models();
    const caught = proxy && judge(proxy, listing, examination);
    if (caught) return caught;
    const file = await caFile(context.env);
    if (file?.problem) {
      const detail = `${file.variable} names ${file.path}, which ${file.problem}; Codex goes on without it and says nothing.`;
      const remedy = `unset ${file.variable}   # or name a file of CA certificates in PEM`;
      const isCause = listing.state === 'no-answer' && listing.trouble.kind === 'tls';
      return (isCause ? fail : warn)(detail, remedy);
    }
    return pass(proxy === null ? 'no proxy catches it' : `through ${hostOf(proxy)}, by ${proxy.variable}`);
  },
};

function proxyOrFault(address: string, { context }: Examination): ProxyServer | Finding | null {
  const url = new URL(address);
  try {
    return proxyFor(url, context.env);
  } catch (error) {
    if (!(error instanceof ProxyFailed)) throw error;
    return fail(`${error.message} It catches ${address}.`, around(url.hostname, context.env));
  }
}

/** Codex looks for the bridge as it looks for a server. */
async function onTheWayToBridge(examination: Examination): Promise<Finding | null> {
  const { settings, bridge, context } = examination;
  if (settings.bridge === null) return null;
  const { address } = settings.bridge;
  const proxy = proxyOrFault(address, examination);
  if (proxy === null || 'status' in proxy) return proxy;
  const remedy = around(new URL(address).hostname, context.env);
  const catches = `${proxy.variable} sends what is meant for the bridge on ${address} to the proxy ${hostOf(proxy)}`;
  const seen = await bridge();
  if (seen?.state !== 'running') return fail(`${catches}, where that leads nowhere.`, remedy);
  return warn(`${catches}, although it is on this machine; that works as long as the proxy does.`, remedy);
}

/** A proxy is the user's wish where it works; not where it leads nowhere, or away from this very machine. */
function judge(proxy: ProxyServer, listing: Listing, { settings, context }: Examination): Finding | null {
  const { value: baseUrl } = settings.baseUrl;
  const remedy = around(new URL(baseUrl).hostname, context.env);
  const catches = `${proxy.variable} sends what is meant for ${baseUrl} to the proxy ${hostOf(proxy)}`;
  if (proxy.isSocks) return fail(`${catches} as SOCKS, which Codex does not speak.`, remedy);
  const isItself = listing.state === 'no-answer' && listing.trouble.kind === 'proxy';
  if (isItself)
    return fail(`${catches}: ${listing.trouble.message} Codex waits for that without end.`, remedy);
  // Whether a proxy or a server far behind it is at fault is for `server.reachable` to tell; this machine it can't reach.
  if (!isLoopback(baseUrl)) return null;
  const answer = answerOf(listing);
  if (answer !== null) return fail(`${catches}, where that leads nowhere: ${answer}`, remedy);
  return warn(`${catches}, although it is on this machine; that works as long as the proxy does.`, remedy);
}

/** What came in place of a list of models or of LMDeploy's own refusal; null where one of them came. */
function answerOf(listing: Listing): string | null {
  if (listing.state === 'no-answer') return listing.trouble.message;
  if (listing.state === 'strange') return `it answers with ${listing.what}.`;
  if (listing.state === 'listed' || listing.error.ofLmdeploy) return null;
  return `it answers with ${listing.error.status}: ${listing.error.message}`;
}

/** The upper-case spelling hides the other one, so what stands in that has to come along. */
function around(host: string, env: Examination['context']['env']): string {
  const bare = host.replace(/^\[|\]$/g, '');
  const rest = env['NO_PROXY'] === undefined && env['no_proxy'] ? ',$no_proxy' : '${NO_PROXY:+,$NO_PROXY}';
  // A name may hold what a shell obeys, but hardly any does.
  return /^[\w.:-]+$/.test(bare)
    ? `export NO_PROXY="${bare}${rest}"`
    : `export NO_PROXY=${quoted(bare)}"${rest}"`;
}

function hostOf({ origin }: ProxyServer): string {
  return new URL(origin).host;
}
