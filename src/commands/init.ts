import type { Verdict } from '../codex/ask.js';
import type { ConfigRead } from '../codex/config.js';
import { type FilePlan, type Note, type Plan, plan, type Wanted } from '../codex/plan.js';
import { type Context, canAsk } from '../context.js';
import { PROBES } from '../doctor/checks/index.js';
import { type Examination, examine } from '../doctor/examination.js';
import { refusalIn } from '../doctor/refusal.js';
import { runChecks } from '../doctor/run.js';
import { document, initDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { factsOf } from '../lmdeploy/discover.js';
import { type InitFlags, parseFlags } from '../options.js';
import { EditRefused } from '../toml/edit.js';
import { colorDiff, unifiedDiff } from '../ui/diff.js';
import { printable } from '../ui/printable.js';
import { askChoice, askYesNo } from '../ui/prompt.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { chooseModel, modelWithoutServer } from './init-model.js';
import { writeAndVerify } from './init-write.js';

/** `init`: probes the server, shows the change, writes Codex's config and lets Codex load it. */
export async function init(context: Context, raw: Record<string, unknown>, url?: string): Promise<number> {
  const flags = parseFlags('init', raw, url);
  const terminal = openTerminal(context, flags);
  const preview = flags.dryRun || flags.check;
  const mayAsk = !flags.yes && !flags.json && canAsk(context);
  if (!mayAsk && !flags.yes && !preview) throw noOneToAsk();

  const examination = await examine(context, flags, terminal, ({ configuredModel }) => (served) => {
    const ids = served.map(({ id }) => id);
    const ask = mayAsk ? () => askChoice(context, 'Which model should Codex use?', ids) : null;
    return chooseModel(ids, { asked: flags.model, configured: configuredModel, force: flags.force, ask });
  });
  try {
    const config = readable(examination.config);
    const verdict = preview || !flags.verify ? null : verdictBefore(examination);
    // Where the probes end this first, nobody waits for it any more.
    verdict?.catch(() => undefined);
    const warnings = flags.offline ? [] : await probe(examination, flags, terminal);
    const model = (await chosenModel(examination, flags)) ?? modelWithoutServer(examination, flags.model);
    const { files, notes } = planned(config, wanted(examination, flags, model));
    if (!flags.offline && warnings.length === 0)
      terminal.note(await renderFound(examination, model, terminal));
    warnings.push(...notes);
    for (const warning of warnings) terminal.note(renderWarning(warning, terminal));

    const [file] = files;
    const diff = unifiedDiff(file.path, file.before, file.after);
    const changed = file.action !== 'unchanged';
    let backup: string | null = null;
    if (changed) show(diff, preview, flags, terminal);
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

    const next = await nextSteps(examination);
    if (!flags.json) for (const line of closing(file, backup, preview, next, terminal)) terminal.note(line);
    const ok = !(flags.check && changed);
    const evidence = await examination.discovery.evidence();
    if (flags.json)
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

function noOneToAsk(): CliError {
  return new CliError(
    'no-tty',
    'init asks before it writes, and there is nobody to ask.',
    'Add --yes to write, or --dry-run to see the change.',
  );
}

function readable(config: ConfigRead): { path: string; text: string | null } {
  if (config.state === 'broken' || config.state === 'unreadable') throw config.error;
  return { path: config.path, text: config.state === 'read' ? config.text : null };
}

/** Codex's word on the old file, asked while the server is probed. A file that is not there can't be wrong. */
async function verdictBefore(examination: Examination): Promise<Verdict> {
  return examination.config.state === 'read' ? examination.verdict() : { state: 'accepted' };
}

/** Looks at the server. What stops the work is thrown; what does not comes back as warnings. */
async function probe(examination: Examination, flags: InitFlags, terminal: Terminal): Promise<Note[]> {
  const { discovery, settings } = examination;
  const asking = terminal.progress(`Asking ${settings.baseUrl.value} for its models`);
  await discovery.models().finally(() => asking.done());
  const model = await discovery.model();
  const trying = terminal.progress(`Trying a turn with ${printable(model ?? 'no model')}`);
  const results = await runChecks(PROBES, examination).finally(() => trying.done());
  const refusal = refusalIn(results);
  if (refusal !== null && !flags.force) throw refusal;
  return results.flatMap(({ id, status, detail, remedy }) =>
    status === 'fail' || status === 'warn' ? [{ id, detail, remedy: remedy ?? '' }] : [],
  );
}

async function chosenModel({ discovery }: Examination, flags: InitFlags): Promise<string | null> {
  return flags.offline ? null : discovery.model();
}

function wanted({ settings }: Examination, flags: InitFlags, model: string): Wanted {
  return {
    providerId: flags.providerId,
    model,
    baseUrl: settings.baseUrl.value,
    name: flags.name,
    envKey: flags.envKey === false ? null : flags.envKey,
    streamIdleTimeoutMs: flags.streamIdleTimeout,
  };
}

function planned(config: { path: string; text: string | null }, wish: Wanted): Plan {
  try {
    return plan(config, wish);
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    const place = error.line === null ? config.path : `${config.path}:${error.line}`;
    throw new CliError(
      'edit-refused',
      `${place}: ${printable(error.message)}`,
      `Write that part as plain "key = value" lines below [model_providers.${wish.providerId}], then run init again.`,
    );
  }
}

/** What the probes found where they found nothing wrong. */
async function renderFound({ discovery }: Examination, model: string, { err }: Terminal): Promise<string> {
  const evidence = await discovery.evidence();
  const release = (evidence && factsOf(evidence).release) ?? '';
  const who = `LMDeploy ${release}`.trim();
  return `${err.green('✓')} ${who} at ${discovery.client.baseUrl} serves ${printable(model)}; it answers, streams and calls tools`;
}

function renderWarning({ id, detail, remedy }: Note, { err }: Terminal): string {
  return `${err.yellow('!')} ${id}: ${detail}\n    ${err.cyan(`→ ${remedy}`)}`;
}

/** The diff is data where it is all that was asked for, else a word before the question. */
function show(diff: string, preview: boolean, flags: InitFlags, terminal: Terminal): void {
  if (flags.json) return;
  if (preview) terminal.data(colorDiff(diff, terminal.out));
  else terminal.note(colorDiff(diff, terminal.err));
}

async function nextSteps({ settings, home, context, codex }: Examination): Promise<string[]> {
  const steps: string[] = [];
  const { value: variable } = settings.envKey;
  if ((await codex()) === null) steps.push('npm install -g @openai/codex');
  if (variable !== null && settings.key === undefined) steps.push(`export ${variable}=dummy`);
  if (home.namedBy === '--codex-home' && context.env['CODEX_HOME'] !== home.path)
    steps.push(`export CODEX_HOME='${home.path}'`);
  return [...steps, 'codex'];
}

function closing(
  file: FilePlan,
  backup: string | null,
  preview: boolean,
  next: readonly string[],
  { err }: Terminal,
): string[] {
  if (preview && file.action !== 'unchanged') return [];
  const lines =
    file.action === 'unchanged'
      ? [`${err.green('✓')} Already set up: ${file.path} needs no change.`]
      : [`${err.green('✓')} Wrote ${file.path}${backup === null ? '' : ` (the old one: ${backup})`}`];
  return preview ? lines : [...lines, 'Next:', ...next.map((step) => `  ${step}`)];
}
