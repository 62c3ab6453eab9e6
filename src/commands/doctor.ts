import type { Context } from '../context.js';
import { type Chooser, type Examination, examine } from '../doctor/examination.js';
import { exitCodeOf, renderProblems, renderReport, summarize } from '../doctor/report.js';
import { runChecks } from '../doctor/run.js';
import { select } from '../doctor/select.js';
import { waitForServer } from '../doctor/wait.js';
import { document } from '../document.js';
import type { doctorDocument } from '../documents.js';
import { EXIT } from '../errors.js';
import { factsOf } from '../lmdeploy/facts.js';
import { type DoctorFlags, parseFlags } from '../options.js';
import { openTerminal } from '../ui/terminal.js';
import { withChosenProfile } from './choose-profile.js';

/** `doctor`: looks at the config, at Codex and at the server, and says what to do. */
export async function doctor(context: Context, raw: Record<string, unknown>, url?: string): Promise<number> {
  const flags = await withChosenProfile(context, parseFlags('doctor', raw, url), true);
  const terminal = openTerminal(context, flags);
  const examination = await examine(context, flags, terminal, configuredOrFirst, {
    // A window that the config states is only confirmed; the full search is init's.
    look: { searchFurther: false },
  });
  try {
    if (asksForAll(flags)) await beginAll(examination);
    const { selection, cost } = await selected(flags, examination);
    const { settings, configuredModel } = examination;
    const missed = flags.wait === undefined ? null : await waitForServer(examination, flags.wait, terminal);
    if (missed !== null) terminal.note(`Waited ${flags.wait} s for ${settings.baseUrl.value}: ${missed}`);
    if (cost !== null && context.stderr.isTTY) terminal.note(cost(configuredModel));
    const looking = terminal.progress(`Looking at Codex and at ${settings.baseUrl.value}`);
    const all = await runChecks(selection.run, examination).finally(() => looking.done());
    const results = all.filter(({ id, status }) => selection.shows(id, status === 'fail'));
    const code = missed === null ? exitCodeOf(summarize(results), flags.strict) : EXIT.problems;
    if (flags.json) terminal.document(await report(examination, results, code));
    else {
      const text = flags.quiet ? renderProblems(results, terminal.out) : renderReport(results, terminal.out);
      if (text !== '') terminal.data(text);
    }
    return code;
  } finally {
    await examination.close();
  }
}

function asksForAll({ only, skip, wait }: DoctorFlags): boolean {
  return only === undefined && skip === undefined && wait === undefined;
}

/** Puts what takes long under way, so that it goes on while the checks that will ask for it are loaded. */
async function beginAll(examination: Examination): Promise<void> {
  const { codex, verdict, discovery, config, userConfig } = examination;
  const configs = [config, userConfig].map(({ state }) => state);
  // Codex may make a home that is missing; and of a broken config it could say no more than this program.
  const canJudge =
    configs.includes('read') && configs.every((state) => state === 'read' || state === 'absent');
  const asking = [codex(), ...(canJudge ? [verdict()] : []), discovery.opening(), beginProbes(examination)];
  // Who wants the answer gets the failure too.
  for (const one of asking) one.catch(() => undefined);
  // Else loading the checks would hold up the first request.
  await discovery.client.prepare();
}

/** Those that need no other's answer; first the short one, on which more depend. */
async function beginProbes({ discovery, configuredModel }: Examination): Promise<void> {
  const model = await discovery.model();
  // Of a server that does not serve the configured model no more than that is asked.
  if (configuredModel !== null && model !== configuredModel) return;
  await Promise.all([discovery.tool(), discovery.firstTurn(), discovery.lengths()]);
}

/** The checks to run, and where a real turn is among them what to say of its cost. */
async function selected({ only, skip, live }: DoctorFlags, examination: Examination) {
  const [{ CHECKS: all }, { liveCosts, liveTurn }] = await Promise.all([
    import('../doctor/checks/index.js'),
    import('../doctor/checks/live-turn.js'),
  ]);
  const CHECKS = only === undefined ? all.filter(({ applies }) => applies?.(examination) ?? true) : all;
  // A real turn costs the user something, so it is taken only where somebody asks for it.
  const isNamed = only?.some((name) => name === liveTurn.id || name === 'live') ?? false;
  const selection = live
    ? select(CHECKS, only && [...only, liveTurn.id], skip)
    : select(CHECKS, only, isNamed ? skip : [...(skip ?? []), liveTurn.id]);
  return { selection, cost: selection.run.includes(liveTurn) ? liveCosts : null };
}

/** The configured model, else the first one that is served. */
export const configuredOrFirst: Chooser =
  ({ configuredModel }) =>
  async (served) => {
    const ids = served.map(({ id }) => id);
    return configuredModel !== null && ids.includes(configuredModel) ? configuredModel : (ids[0] ?? null);
  };

async function report(examination: Examination, checks: Parameters<typeof summarize>[0], code: number) {
  const evidence = await examination.discovery.evidence();
  const codex = await examination.codex();
  return document<typeof doctorDocument>({
    ok: code === EXIT.done,
    summary: summarize(checks),
    codex: codex && { path: codex.path, version: codex.version },
    server: evidence && factsOf(evidence),
    checks: [...checks],
  });
}
