import type { Note } from '../codex/notes.js';
import type { Context } from '../context.js';
import { PROBES } from '../doctor/checks/index.js';
import type { Chooser } from '../doctor/examination.js';
import { nodesBehind } from '../doctor/nodes.js';
import { lookAtServers, type ServerSeen } from '../doctor/servers.js';
import { document } from '../document.js';
import type { frontDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { admit } from '../fleet/admit.js';
import { differences } from '../fleet/differences.js';
import { DEFAULT_FRONT_PORT, type Front, routesFor, type Served } from '../fleet/front.js';
import { haproxyConfig } from '../fleet/haproxy.js';
import { nginxConfig } from '../fleet/nginx.js';
import { tellsHealth } from '../lmdeploy/health.js';
import { type PrintFlags, parseFlags } from '../options.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { safeNote, showNotes } from './show.js';

type Raw = Record<string, unknown>;

/** `print nginx`: a file for nginx's `conf.d` that puts several servers behind one address. */
export function printNginx(context: Context, raw: Raw, url?: string): Promise<number> {
  return printFront(context, raw, nginxConfig, url);
}

/** `print haproxy`: the same for HAProxy. */
export function printHaproxy(context: Context, raw: Raw, url?: string): Promise<number> {
  return printFront(context, raw, haproxyConfig, url);
}

async function printFront(
  context: Context,
  raw: Raw,
  write: (front: Front) => string,
  url?: string,
): Promise<number> {
  const flags = parseFlags('print', { ...raw, ...withFirst(url, raw['server']) });
  const terminal = openTerminal(context, flags);
  const addresses = await serversOf(context, flags, terminal);
  const members = addresses.map((baseUrl) => ({ baseUrl, from: 'named' as const }));
  const look = { members, checks: PROBES, chooser: modelOf(flags) };
  const { servers, close } = await lookAtServers(context, flags, terminal, look);
  try {
    const candidates = servers.map(({ baseUrl, facts: { models }, results }) => ({
      baseUrl,
      models,
      results,
    }));
    const configured = servers[0]?.examination.configuredModel ?? null;
    const isServed = candidates.some(({ models }) => configured !== null && models.includes(configured));
    const model = flags.model ?? (isServed ? configured : null);
    const { served, notes: found } = admit(candidates, { model, all: flags.all });
    const notes = [...found, ...unlike(servers, served)];
    showNotes(notes, terminal);
    if (served.length === 0)
      throw new CliError(
        'server-unreachable',
        'None of these servers can go behind a front.',
        'Mend what is named above, or keep them all the same with --all.',
      );
    const port = Number(flags.port ?? DEFAULT_FRONT_PORT);
    const routes = routesFor(served);
    const text = write({ port, routes, withoutHealth: await withoutHealth(servers, served) });
    const warnings = notes.map(safeNote);
    if (flags.json)
      terminal.document(document<typeof frontDocument>({ ok: true, port, routes, text, warnings }));
    else terminal.data(text.trimEnd());
    return EXIT.done;
  } finally {
    await close();
  }
}

/** Those of whose health a front that asks for it would learn nothing. */
async function withoutHealth(
  servers: readonly ServerSeen[],
  served: readonly Served[],
): Promise<ReadonlySet<string>> {
  const asked = await Promise.all(
    servers
      .filter(({ baseUrl }) => served.some((one) => one.baseUrl === baseUrl))
      .map(async ({ baseUrl, examination }) =>
        (await tellsHealth(examination.discovery.client)) ? [] : [baseUrl],
      ),
  );
  return new Set(asked.flat());
}

/** Servers of one model that are not alike: a session that moves from one to the other would feel it. */
function unlike(servers: readonly ServerSeen[], served: readonly Served[]): Note[] {
  const of = (model: string) =>
    servers.filter(({ baseUrl }) => served.some((one) => one.baseUrl === baseUrl && one.model === model));
  return [...new Set(served.map(({ model }) => model))]
    .flatMap((model) => differences(of(model).map(({ facts }) => facts)))
    .map(({ baseUrl, parts }) => ({
      id: 'fleet.same',
      detail: `${baseUrl} ${parts.join('; ')}.`,
      remedy: `codex-lmdeploy doctor${served.map((one) => ` --server ${one.baseUrl.replace(/\/v1$/, '')}`).join('')}   # says more`,
    }));
}

/** What stands where other things to print have their address is one of the servers. */
function withFirst(url: string | undefined, others: unknown): Raw {
  return url === undefined ? {} : { server: [url, ...((others as string[] | undefined) ?? [])] };
}

/** The model that the turns are tried with. */
function modelOf({ model }: PrintFlags): Chooser {
  return ({ configuredModel }) =>
    async (served) => {
      const ids = served.map(({ id }) => id);
      return [model, configuredModel].find((one) => one != null && ids.includes(one)) ?? ids[0] ?? null;
    };
}

/** Those that were named, and those that an LMDeploy proxy knows. */
async function serversOf(context: Context, flags: PrintFlags, terminal: Terminal): Promise<string[]> {
  const { server = [], fromProxy } = flags;
  const nodes =
    fromProxy === undefined ? [] : await nodesBehind(context, { ...flags, baseUrl: fromProxy }, terminal);
  const all = [...new Set([...server, ...nodes])];
  if (all.length > 0) return all;
  throw new CliError(
    'usage',
    'No servers are named to put behind a front.',
    'Add --server http://gpu1:23333 --server http://gpu2:23333, or --from-proxy with the address of lmdeploy serve proxy.',
  );
}
