import { networkProxy } from '../doctor/checks/network-proxy.js';
import { keyAtHand } from '../doctor/checks/server-key.js';
import { serverKind } from '../doctor/checks/server-kind.js';
import { serverReachable } from '../doctor/checks/server-reachable.js';
import type { Examination } from '../doctor/examination.js';
import { refusalIn } from '../doctor/refusal.js';
import { runChecks } from '../doctor/run.js';
import type { ServedModel } from '../lmdeploy/listing.js';
import type { Terminal } from '../ui/terminal.js';

/**
 * What the server in question lists. Sends no turn.
 *
 * @throws CliError for a server that can't be asked
 */
export async function listedModels(
  examination: Examination,
  terminal: Terminal,
): Promise<readonly ServedModel[]> {
  const asking = terminal.progress(`Asking ${examination.settings.baseUrl.value} for its models`);
  const checks = [networkProxy, serverReachable, serverKind, keyAtHand];
  const results = await runChecks(checks, examination).finally(() => asking.done());
  const refusal = refusalIn(results);
  if (refusal !== null) throw refusal;
  const { listing } = await examination.discovery.models();
  return listing.state === 'listed' ? listing.models : [];
}
