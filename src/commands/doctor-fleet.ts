import { codexHome } from '../codex/home.js';
import { profileNames } from '../codex/profile-names.js';
import type { Context } from '../context.js';
import type { Check } from '../doctor/check.js';
import { CHECKS, SERVER_CHECKS } from '../doctor/checks/index.js';
import { type Examination, examine } from '../doctor/examination.js';
import { renderFleet } from '../doctor/fleet-report.js';
import { serversOfProfiles } from '../doctor/profile-servers.js';
import { exitCodeOf, summarize } from '../doctor/report.js';
import { runChecks } from '../doctor/run.js';
import { select } from '../doctor/select.js';
import { eachOnce, lookAtServers, type Member, type ServerSeen } from '../doctor/servers.js';
import { waitForServer } from '../doctor/wait.js';
import { document } from '../document.js';
import type { doctorDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { apiRoot } from '../lmdeploy/address.js';
import { factsOf } from '../lmdeploy/facts.js';
import { askNodes } from '../lmdeploy/proxy-nodes.js';
import { type DoctorFlags, parseFlags } from '../options.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { configuredOrFirst } from './doctor.js';

/**
 * `doctor --each` and `doctor --server URL …`: the checks of the server on each of several, whether they are alike, and
 * where a front stands before them whether it keeps sessions together and streams. What is Codex's own is not looked at.
 */
export async function doctorFleet(
  context: Context,
  raw: Record<string, unknown>,
  url?: string,
): Promise<number> {
  const flags = parseFlags('doctor', raw, url);
  const terminal = openTerminal(context, flags);
  if (flags.live)
    throw new CliError(
      'usage',
      '--live takes a turn of Codex, which goes to one server.',
      'Leave it out, or leave --each and --server out.',
    );
  const selection = select([...SERVER_CHECKS, ...CHECKS.filter(isOfFleet)], flags.only, flags.skip);
  const front = await examine(context, flags, terminal, configuredOrFirst);
  const ending: (() => Promise<void>)[] = [() => front.close()];
  try {
    const { members, hasFront } = await fleetOf(context, flags, front, terminal);
    const whole = async (one: Examination) => {
      const missed = flags.wait === undefined ? null : await waitForServer(one, flags.wait, terminal);
      if (missed !== null)
        terminal.note(`Waited ${flags.wait} s for ${one.settings.baseUrl.value}: ${missed}`);
    };
    const { servers, close } = await lookAtServers(context, flags, terminal, {
      members,
      checks: selection.run.filter((check) => !isOfFleet(check)),
      chooser: configuredOrFirst,
      before: whole,
    });
    ending.push(close);
    if (hasFront) await whole(front);
    const looking = terminal.progress(
      `Looking at ${hasFront ? front.settings.baseUrl.value : 'all of them together'}`,
    );
    const checks = hasFront ? selection.run : selection.run.filter(isOfFleet);
    const fleet = { ...front, fleet: { servers, hasFront } };
    const all = await runChecks(checks, fleet).finally(() => looking.done());
    const shown = (results: ServerSeen['results']) =>
      results.filter(({ id, status }) => selection.shows(id, status === 'fail'));
    const seen = servers.map((one) => ({ ...one, results: shown(one.results) }));
    const results = shown(all);
    const summary = summarize([...seen.flatMap((one) => one.results), ...results]);
    const code = exitCodeOf(summary, flags.strict);
    const evidence = hasFront ? await front.discovery.evidence() : null;
    const server = evidence && factsOf(evidence);
    if (flags.json)
      terminal.document(
        document<typeof doctorDocument>({
          ok: code === EXIT.done,
          summary,
          codex: null,
          server,
          checks: results,
          fleet: seen.map(({ facts, results: checks }) => ({
            server: facts,
            summary: summarize(checks),
            checks: [...checks],
          })),
        }),
      );
    else {
      const text = renderFleet({ servers: seen, front: server, results }, terminal.out, flags.quiet);
      if (text !== '') terminal.data(text);
    }
    return code;
  } finally {
    await Promise.all(ending.map((end) => end()));
  }
}

function isOfFleet({ id }: Check): boolean {
  return id.startsWith('fleet.');
}

/**
 * The servers to look at: those that were named, and with `--each` those behind an LMDeploy proxy and those of all profiles.
 * What was given or configured besides is the front before them.
 *
 * @throws CliError `usage` where that is not several
 */
async function fleetOf(
  context: Context,
  flags: DoctorFlags,
  front: Examination,
  terminal: Terminal,
): Promise<{ members: Member[]; hasFront: boolean }> {
  const { value: own, from } = front.settings.baseUrl;
  const nodes = flags.each ? await askNodes(front.discovery.client) : null;
  const profiles = flags.each ? await profileNames(codexHome(context, flags)) : [];
  const others = await serversOfProfiles(context, flags, terminal, profiles);
  const named = [...(flags.server ?? []), ...(nodes ?? []).map(apiRoot)].map(
    (baseUrl): Member => ({ baseUrl, from: 'named' }),
  );
  const more = others.filter(({ baseUrl }) => baseUrl !== own);
  // With no server named the one in question is itself of the fleet that the profiles make.
  const itself: Member = { baseUrl: own, from: from === 'config' ? 'config' : 'named' };
  const known = from === 'default' && more.length > 0 ? [] : [itself];
  const members = eachOnce([...(named.length > 0 ? named : known), ...more]);
  const hasFront = named.length > 0 && from !== 'default' && !members.some(({ baseUrl }) => baseUrl === own);
  if (members.length > 1 || hasFront) return { members, hasFront };
  throw new CliError(
    'usage',
    `Only one server is known here: ${members.map(({ baseUrl }) => baseUrl).join('')}.`,
    'Name the others: codex-lmdeploy doctor --server http://gpu1:23333 --server http://gpu2:23333',
  );
}
