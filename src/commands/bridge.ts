import { askBridge } from '../bridge/ask.js';
import { isLoopbackHost } from '../bridge/guard.js';
import { type Bridge, startBridge } from '../bridge/server.js';
import { DEFAULT_BRIDGE_PORT } from '../codex/provider.js';
import type { Context } from '../context.js';
import { type Examination, examine } from '../doctor/examination.js';
import { document } from '../document.js';
import type { bridgeDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { Client } from '../lmdeploy/client.js';
import { troubleHint } from '../lmdeploy/trouble.js';
import { type BridgeFlags, parseFlags } from '../options.js';
import { printable } from '../ui/printable.js';
import { shellWord } from '../ui/shell-word.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';

/** `bridge`: the pass-through in the foreground, until Ctrl-C. Its address goes to stdout once it listens. */
export async function bridge(context: Context, raw: Record<string, unknown>, url?: string): Promise<number> {
  const flags = parseFlags('bridge', raw, url);
  const terminal = openTerminal(context, flags);
  const ended = new Promise<NodeJS.Signals>((resolve) => void context.onSignal(resolve));
  const examination = await examine(context, flags, terminal, () => async () => null);
  const { settings, configuredModel: model } = examination;
  const { value: upstream } = settings.baseUrl;
  requireOwnMachine(flags);
  let running: Bridge;
  try {
    const port = Number(flags.port ?? portOf(settings.bridge?.address) ?? DEFAULT_BRIDGE_PORT);
    running = await start(context, { upstream, model, port, host: flags.host ?? '127.0.0.1' }, terminal);
    if (flags.json)
      terminal.document(document<typeof bridgeDocument>({ ok: true, baseUrl: running.baseUrl, upstream }));
    else terminal.data(running.baseUrl);
    terminal.note(
      `Codex reaches ${upstream} through it: codex-lmdeploy init ${shellWord(upstream)} --bridge ${running.port}`,
    );
    await warnOfServer(examination, terminal);
  } finally {
    await examination.close();
  }
  const signal = await ended;
  await running.close();
  // A service is ended by SIGTERM, which is no failure; a Ctrl-C is what every program says 130 to.
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.done;
}

function requireOwnMachine({ host, expose }: BridgeFlags): void {
  if (host === undefined || expose || isLoopbackHost(host)) return;
  throw new CliError(
    'usage',
    `--host ${printable(host)} would let other machines in: whoever reaches it reaches the server with a key of their own, or without one where none is asked for.`,
    'Add --expose if that is what you want, or leave --host out.',
  );
}

function portOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : new URL(address).port;
}

interface Place {
  readonly upstream: string;
  readonly model: string | null;
  readonly port: number;
  readonly host: string;
}

/** @throws CliError `port-taken`, naming what listens there as far as it says so; `usage` */
async function start(context: Context, place: Place, terminal: Terminal): Promise<Bridge> {
  try {
    return await startBridge(context, { ...place, log: terminal.trace });
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'port-taken') throw error;
    const { env, platform, signal } = context;
    const limits = { askTimeoutMs: 1_000, generateTimeoutMs: 1_000 };
    const client = new Client({
      baseUrl: `http://127.0.0.1:${place.port}/v1`,
      key: undefined,
      env,
      platform,
      signal,
      ...limits,
    });
    const seen = await askBridge(client).finally(() => client.close());
    if (seen.state !== 'running') throw error;
    throw new CliError(
      'port-taken',
      `A bridge to ${printable(seen.upstream)} listens on port ${place.port} already (version ${printable(seen.version)}).`,
      'End that one, or give this one another port with --port.',
    );
  }
}

/** A server that is down now may come: the bridge waits for it, and tells each turn until then. */
async function warnOfServer({ discovery, launchLine }: Examination, terminal: Terminal): Promise<void> {
  const { listing } = await discovery.models();
  if (listing.state !== 'no-answer') return;
  const { trouble } = listing;
  terminal.note(`${terminal.err.yellow('!')} ${trouble.message}`);
  terminal.note(`    → ${troubleHint(trouble, await launchLine('starts it'))}`);
}
