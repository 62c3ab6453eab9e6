import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { apiRoot } from '../lmdeploy/address.js';
import { askNodes } from '../lmdeploy/proxy-nodes.js';
import { troubleHint } from '../lmdeploy/trouble.js';
import type { CommonFlags } from '../options.js';
import { shellWord } from '../ui/shell-word.js';
import type { Terminal } from '../ui/terminal.js';
import { examine } from './examination.js';

/**
 * The `/v1` roots of the servers that an LMDeploy proxy knows, in the order in which they came to it.
 *
 * @param flags `baseUrl` is the proxy's
 * @throws CliError `server-unreachable`, `server-kind` for what is no such proxy, or has no servers
 */
export async function nodesBehind(
  context: Context,
  flags: CommonFlags,
  terminal: Terminal,
): Promise<string[]> {
  const examination = await examine(context, flags, terminal, () => async () => null, { isOffline: true });
  try {
    const { client, models } = examination.discovery;
    const root = client.baseUrl.replace(/\/v1$/, '');
    const asking = terminal.progress(`Asking ${root} for its servers`);
    const nodes = await askNodes(client).finally(() => asking.done());
    if (nodes !== null && nodes.length > 0) return nodes.map(apiRoot);
    if (nodes !== null)
      throw new CliError(
        'server-kind',
        `No server is registered with the proxy at ${root}.`,
        'Start each with --proxy-url, or name them with --server.',
      );
    const { listing } = await models();
    if (listing.state === 'no-answer')
      throw new CliError(
        'server-unreachable',
        listing.trouble.message,
        troubleHint(listing.trouble, `lmdeploy serve proxy   # starts it`),
      );
    throw new CliError(
      'server-kind',
      `${root} is no LMDeploy proxy: it has no /nodes/status.`,
      `curl ${shellWord(`${root}/nodes/status`)}   # shows what it says; a server itself is named with --server`,
    );
  } finally {
    await examination.close();
  }
}
