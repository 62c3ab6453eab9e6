import type { Verdict } from '../codex/ask.js';
import type { ConfigRead } from '../codex/config.js';
import { type FileAsRead, type Note, type Plan, plan, type Wanted } from '../codex/plan.js';
import { type Context, canAsk } from '../context.js';
import { PROBES } from '../doctor/checks/index.js';
import { type Examination, examine } from '../doctor/examination.js';
import { refusalIn } from '../doctor/refusal.js';
import { runChecks } from '../doctor/run.js';
import { document, initDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { factsOf } from '../lmdeploy/facts.js';
import { type InitFlags, parseFlags } from '../options.js';
import { EditRefused } from '../toml/edit.js';
import { colorDiff, unifiedDiff } from '../ui/diff.js';
import { printable } from '../ui/printable.js';
import { askChoice, askYesNo } from '../ui/prompt.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { chooseModel, modelWithoutServer } from './init-model.js';
import { nextSteps, renderClosing, renderFound, renderWarning } from './init-words.js';
import { writeAndVerify } from './init-write.js';

/** `init`: probes the server, shows the change, writes Codex's config and lets Codex load it. */
export async function init(context: Context, raw: Record<string, unknown>, url?: string): Promise<number> {
  const flags = parseFlags('init', raw, url);
  const terminal = openTerminal(context, flags);
  const preview = flags.dryRun || flags.check;
  const mayAsk = !flags.yes && !flags.json && canAsk(context);
  if (!mayAsk && !flags.yes && !preview) throw noOneToAsk(flags.json);

  const examination = await examine(context, flags, terminal, ({ configuredModel }) => (served) => {
    const ids = served.map(({ id }) => id);
    const ask = mayAsk ? () => askChoice(context, 'Which model should Codex use?', ids) : null;
    return chooseModel(ids, { asked: flags.model, configured: configuredModel, force: flags.force, ask });
  });
  try {
    const before = readable(examination.config);
    const verdict = preview || !flags.verify ? null : verdictOnOld(examination);
    const probed = flags.offline ? [] : await probe(examination, flags, terminal);
    const served = flags.offline ? null : await examination.discovery.model();
    const model = served ?? modelWithoutServer(examination, flags.model);
    const { files, notes } = makePlan(before, wantedOf(examination, flags, model));
    const warnings = [...probed, ...notes];
    if (served !== null && probed.length === 0)
      terminal.note(await renderFound(examination, model, terminal));
    for (const warning of warnings) terminal.note(renderWarning(warning, terminal));

    const [file] = files;
    const changed = file.action !== 'unchanged';
    const diff = unifiedDiff(file.path, file.before, file.after);
    if (changed && !flags.json) showDiff(diff, preview, mayAsk, terminal);
    let backup: string | null = null;
    if (changed && !preview) {
      if (mayAsk && !(await askYesNo(context, `Write this to ${file.path}?`))) {
        terminal.note('Nothing was written.');
        return EXIT.done;
      }
      const written = await writeAndVerify(examination, file, await verdict, terminal);
      for (const warning of written.warnings) terminal.note(renderWarning(warning, terminal));
      warnings.push(...written.warnings);
      backup = written.applied.backup;
    }

    const next = await nextSteps(examination, probed.length > 0);
    const ok = !(flags.check && changed);
    if (!flags.json) {
      for (const line of renderClosing(file, backup, preview, next, terminal)) terminal.note(line);
      return ok ? EXIT.done : EXIT.problems;
    }
    const evidence = await examination.discovery.evidence();
    terminal.document(
      document(initDocument, {
        ok,
        changed,
        dryRun: preview,
        provider: flags.providerId,
        model,
        profile: null,
        server: evidence && factsOf(evidence),
        files: [{ path: file.path, action: file.action, diff, backup }],
        warnings,
        next,
      }),
    );
    return ok ? EXIT.done : EXIT.problems;
  } finally {
    await examination.close();
  }
}

function noOneToAsk(json: boolean): CliError {
  return new CliError(
    'no-tty',
    `init asks before it writes, and ${json ? '--json does not ask' : 'there is nobody to ask'}.`,
    'Add --yes to write, or --dry-run to see the change.',
  );
}

function readable(config: ConfigRead): FileAsRead {
  if (config.state === 'broken' || config.state === 'unreadable') throw config.error;
  return { path: config.path, text: config.state === 'read' ? config.text : null };
}

/** Codex's word on the old file, asked while the server is probed. A file that is not there can't be wrong. */
function verdictOnOld(examination: Examination): Promise<Verdict> {
  if (examination.config.state !== 'read') return Promise.resolve({ state: 'accepted' });
  const verdict = examination.verdict();
  // Where the probes end the command first, nobody waits for it any more.
  verdict.catch(() => undefined);
  return verdict;
}

/** Looks at the server. What stops the work is thrown; what does not comes back as warnings. */
async function probe(examination: Examination, flags: InitFlags, terminal: Terminal): Promise<Note[]> {
  const { discovery, settings } = examination;
  const asking = terminal.progress(`Asking ${settings.baseUrl.value} for its models`);
  await discovery.models().finally(() => asking.done());
  // The user may be asked which one, so nothing may move on the screen meanwhile.
  const model = await discovery.model();
  const trying = terminal.progress(`Trying a turn with ${printable(model ?? 'no model')}`);
  const results = await runChecks(PROBES, examination).finally(() => trying.done());
  const refusal = refusalIn(results);
  if (refusal !== null && !flags.force) throw refusal;
  const { listing } = await discovery.models();
  const isUnserved = listing.state === 'listed' && model === null;
  const forced = isUnserved && flags.model !== undefined ? [notServed(flags.model)] : [];
  const found = results.flatMap(({ id, status, detail, remedy }) =>
    status === 'fail' || status === 'warn' ? [{ id, detail, remedy: remedy ?? '' }] : [],
  );
  return [...forced, ...found];
}

function notServed(model: string): Note {
  return {
    id: 'model.served',
    detail: `No turn was tried: the server does not list "${printable(model)}", which is written because of --force.`,
    remedy: 'codex-lmdeploy models   # lists what is served',
  };
}

function wantedOf({ settings }: Examination, flags: InitFlags, model: string): Wanted {
  return {
    providerId: flags.providerId,
    model,
    baseUrl: settings.baseUrl.value,
    name: flags.name,
    envKey: flags.envKey === false ? null : flags.envKey,
    streamIdleTimeoutMs: flags.streamIdleTimeout,
  };
}

function makePlan(config: FileAsRead, wanted: Wanted): Plan {
  try {
    return plan(config, wanted);
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    const place = error.line === null ? config.path : `${config.path}:${error.line}`;
    throw new CliError(
      'edit-refused',
      `${place}: ${printable(error.message)}`,
      `Write that part as plain "key = value" lines below [model_providers.${wanted.providerId}], then run init again.`,
    );
  }
}

/** The diff is data where it is all that was asked for, else a word before the question. */
function showDiff(diff: string, preview: boolean, asked: boolean, terminal: Terminal): void {
  if (preview) terminal.data(colorDiff(diff, terminal.out));
  else if (asked) terminal.beside(colorDiff(diff, terminal.err));
  else terminal.note(colorDiff(diff, terminal.err));
}
