import { isLoopbackHost } from '../bridge/guard.js';
import { isOwnAddress, placeOf, USUAL_HOST } from '../bridge/place.js';
import type { Bridged } from '../codex/journal.js';
import { CliError } from '../errors.js';
import type { ConfigFlags } from '../options.js';
import type { Settings } from '../settings.js';

/**
 * The bridge that Codex is to go through: the one asked for, else the one that an earlier run has set up; null: none.
 *
 * @throws CliError `usage` for a server that is the bridge itself
 */
export function bridgeWanted({ bridge }: ConfigFlags, settings: Settings): Bridged | null {
  const { value: server } = settings.baseUrl;
  if (bridge === false) return null;
  const address = bridge === undefined ? settings.bridge?.address : `http://${USUAL_HOST}:${bridge}/v1`;
  if (address === undefined) return null;
  const { host, port } = placeOf(address);
  if (address === server || (isLoopbackHost(host) && isOwnAddress(server, port)))
    throw new CliError(
      'usage',
      `${server} is the bridge's own address, and a bridge needs the one of a server.`,
      'Give the address that lmdeploy serve api_server printed, or the bridge another port with --bridge PORT.',
    );
  return { address, server };
}
