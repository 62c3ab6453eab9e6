import { askAt } from '../bridge/behind.js';
import { isLoopbackHost } from '../bridge/guard.js';
import { type Place, placeFor, placeOf, USUAL_HOST } from '../bridge/place.js';
import { type Bridge, startBridge } from '../bridge/server.js';
import { DEFAULT_BRIDGE_PORT } from '../codex/provider.js';
import type { Context } from '../context.js';
import { type Examination, examine } from '../doctor/examination.js';
import { document } from '../document.js';
import type { bridgeDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { troubleHint } from '../lmdeploy/trouble.js';
import { type BridgeFlags, parseFlags } from '../options.js';
import { printable } from '../ui/printable.js';
import { shellWord } from '../ui/shell-word.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';

/** `bridge`: the pass-through in the foreground, until Ctrl-C. Its address goes to stdout once it listens. */
export async function bridge(context: Context, raw: Record<string, unknown>, url?: string): Promise<number> {
  const flags = parseFlags('bridge', raw, url);
  requireOwnMachine(flags);
  const terminal = openTerminal(context, flags);
  const ended = new Promise<NodeJS.Signals>((resolve) => void context.onSignal(resolve));
  const examination = await examine(context, flags, terminal, () => async () => null);
  try {
    const running = await start(context, wanted(examination, flags), terminal);
    tell(running, examination, flags, terminal);
    // It serves meanwhile: a service does not wait for its server.
    warnOfServer(examination, terminal).catch(() => undefined);
    const signal = await ended;
    await running.close();
    // A service is ended by SIGTERM, which is no failure; a Ctrl-C is what every program says 130 to.
    return signal === 'SIGINT' ? EXIT.interrupted : EXIT.done;
  } finally {
    await examination.close();
  }
}

function requireOwnMachine({ host, expose }: BridgeFlags): void {
  if (host === undefined || expose || isLoopbackHost(host)) return;
  throw new CliError(
    'usage',
    `--host ${printable(host)} would let other machines in: whoever reaches it reaches the server with a key of their own, or without one where none is asked for.`,
    'Add --expose if that is what you want, or leave --host out.',
  );
}

interface Wanted extends Place {
  readonly upstream: string;
  readonly model: string | null;
  readonly keyVariable: string | null;
}

function wanted({ settings, configuredModel: model }: Examination, flags: BridgeFlags): Wanted {
  const { value: keyVariable } = settings.envKey;
  return { upstream: settings.baseUrl.value, model, keyVariable, ...placeFor(settings.bridge, flags) };
}

/** @throws CliError `port-taken`, naming what listens there as far as it says so; `usage` */
async function start(context: Context, place: Wanted, terminal: Terminal): Promise<Bridge> {
  try {
    return await startBridge(context, { ...place, log: terminal.trace });
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'port-taken') throw error;
    const { host, port } = place;
    const at = isLoopbackHost(host) ? host : USUAL_HOST;
    const seen = await askAt(context, `http://${at.includes(':') ? `[${at}]` : at}:${port}/v1`);
    if (seen.state !== 'running') throw error;
    throw new CliError(
      'port-taken',
      `A bridge to ${printable(seen.upstream)} listens on port ${port} already (version ${printable(seen.version)}).`,
      'End that one, or give this one another port with --port.',
    );
  }
}

function tell(
  { baseUrl }: Bridge,
  { settings }: Examination,
  { json }: BridgeFlags,
  terminal: Terminal,
): void {
  const { value: upstream } = settings.baseUrl;
  if (json) terminal.document(document<typeof bridgeDocument>({ ok: true, baseUrl, upstream }));
  else terminal.data(baseUrl);
  const isSetUp = settings.bridge?.server === upstream && leadsTo(settings.bridge.address, baseUrl);
  terminal.note(
    isSetUp
      ? `Codex is set up to reach ${upstream} through it; Ctrl-C ends it.`
      : `It leads to ${upstream}; Ctrl-C ends it. For Codex to go through it: ${initLine(baseUrl, upstream)}`,
  );
}

/** Whether what is asked at one address is heard at the other. */
function leadsTo(address: string, baseUrl: string): boolean {
  const [asked, own] = [placeOf(address), placeOf(baseUrl)];
  return asked.port === own.port && [asked.host, '0.0.0.0', '::'].includes(own.host);
}

/** `init --bridge` writes the usual host; any other bridge is given for a server. */
function initLine(baseUrl: string, upstream: string): string {
  const { host, port } = placeOf(baseUrl);
  if (!isLoopbackHost(host)) return `codex-lmdeploy init http://THIS-MACHINE:${port}`;
  if (host !== USUAL_HOST) return `codex-lmdeploy init ${shellWord(baseUrl)}`;
  return `codex-lmdeploy init ${shellWord(upstream)} --bridge${port === DEFAULT_BRIDGE_PORT ? '' : ` ${port}`}`;
}

/** A server that is down now may come: the bridge tells each turn of it until then. */
async function warnOfServer({ discovery, startLine }: Examination, terminal: Terminal): Promise<void> {
  const { listing } = await discovery.models();
  if (listing.state !== 'no-answer') return;
  const { trouble } = listing;
  terminal.note(`${terminal.err.yellow('!')} ${trouble.message}`);
  terminal.note(`    → ${troubleHint(trouble, await startLine())}`);
}
