import type { Context } from '../context.js';

/** Codex's usual way to a bridge that is kept running. */
export const DEFAULT_BRIDGE_PORT = 23_334;

export interface BridgeOptions {
  /** The `/v1` root of the server behind it. */
  readonly upstream: string;
  /** The served model that a launch line in an error names where the request names none; null: not known. */
  readonly model: string | null;
  /** `127.0.0.1` unless said; another one than loopback is the caller's to have thought about. */
  readonly host?: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Hears of each turn in one line, without content; and once of each thing that is left out of turns. */
  readonly log?: (line: string) => void;
}

/** A bridge that listens. */
export interface Bridge {
  /** Its own `/v1` root. */
  readonly baseUrl: string;
  readonly port: number;
  /** Ends what is under way, upstream too. */
  close(): Promise<void>;
}

/**
 * Starts the pass-through that carries Codex's turns to LMDeploy in the form that LMDeploy takes.
 *
 * @param context whose environment says how the upstream is reached (proxies, certificates)
 * @throws CliError `usage` for an upstream that is the bridge itself, `port-taken` where the port is in use
 */
export async function startBridge(_context: Context, _options: BridgeOptions): Promise<Bridge> {
  throw new Error('not built yet');
}
