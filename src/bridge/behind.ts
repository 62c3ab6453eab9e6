import { DEFAULT_BRIDGE_PORT } from '../codex/provider.js';
import type { Context } from '../context.js';
import { isLoopback } from '../lmdeploy/address.js';
import { Client, type RequestLog } from '../lmdeploy/client.js';
import type { Settings } from '../settings.js';
import { askBridge, type BridgeSeen } from './ask.js';

/** A bridge answers for itself, whatever its server does. */
const LIMIT_MS = 1_000;

/**
 * The same settings with the server behind in place of a bridge that somebody gives for a server: by its address what is
 * to be asked and said would be the bridge's. Asked for only where a bridge is likely.
 */
export async function behindBridge(context: Context, settings: Settings, log: RequestLog): Promise<Settings> {
  const { value: address, from } = settings.baseUrl;
  const { bridge } = settings;
  if (bridge !== null && (from === 'config' || address === bridge.server)) return settings;
  if (bridge?.address === address) return leadTo(settings, address, bridge.server);
  if (from === 'default' || !mayBeBridge(address)) return settings;
  const seen = await askAt(context, address, log);
  return seen.state === 'running' ? leadTo(settings, address, seen.upstream) : settings;
}

/** Asks what listens at a `/v1` root, for a second. */
export async function askAt(
  { env, platform, signal }: Context,
  baseUrl: string,
  log: RequestLog = () => undefined,
): Promise<BridgeSeen> {
  const limits = { askTimeoutMs: LIMIT_MS, generateTimeoutMs: LIMIT_MS };
  const client = new Client({ baseUrl, key: undefined, env, platform, signal, log, ...limits });
  try {
    return await askBridge(client);
  } finally {
    await client.close();
  }
}

function leadTo(settings: Settings, address: string, server: string): Settings {
  const { baseUrl, configured } = settings;
  return {
    ...settings,
    baseUrl: { ...baseUrl, value: server },
    configured: configured === address ? server : configured,
    bridge: { address, server },
  };
}

function mayBeBridge(address: string): boolean {
  return isLoopback(address) || new URL(address).port === String(DEFAULT_BRIDGE_PORT);
}
