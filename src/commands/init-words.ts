import type { FilePlan, Note } from '../codex/plan.js';
import type { Examination } from '../doctor/examination.js';
import { factsOf } from '../lmdeploy/facts.js';
import { printable } from '../ui/printable.js';
import type { Terminal } from '../ui/terminal.js';

/** A warning and its remedy. */
export function renderWarning({ id, detail, remedy }: Note, { err }: Terminal): string {
  return `${err.yellow('!')} ${id}: ${detail}\n    ${err.cyan(`→ ${remedy}`)}`;
}

/** What the probes found where they found nothing wrong. */
export async function renderFound(
  { discovery }: Examination,
  model: string,
  { err }: Terminal,
): Promise<string> {
  const evidence = await discovery.evidence();
  const release = (evidence && factsOf(evidence).release) ?? '';
  const who = `LMDeploy ${release}`.trim();
  return `${err.green('✓')} ${who} at ${discovery.client.baseUrl} serves ${printable(model)}; it answers, streams and calls tools`;
}

/** The last lines: what was done, and what to do now. A preview that shows a change has nothing to add. */
export function renderClosing(
  file: FilePlan,
  backup: string | null,
  preview: boolean,
  next: readonly string[],
  { err }: Terminal,
): string[] {
  const done = err.green('✓');
  const steps = ['Next:', ...next.map((step) => `  ${step}`)];
  if (file.action === 'unchanged') {
    const line = `${done} Already set up: ${file.path} needs no change.`;
    return preview ? [line] : [line, ...steps];
  }
  if (preview) return [];
  return [`${done} Wrote ${file.path}${backup === null ? '' : ` (the old one: ${backup})`}`, ...steps];
}

/** The commands that lead from here to a session, as far as they are not done yet. */
export async function nextSteps(
  { settings, home, context, codex }: Examination,
  somethingIsWrong: boolean,
): Promise<string[]> {
  const steps: string[] = [];
  const { value: variable } = settings.envKey;
  if ((await codex()) === null) steps.push('npm install -g @openai/codex');
  if (variable !== null && settings.key === undefined) steps.push(`export ${variable}=dummy`);
  if (home.namedBy === '--codex-home' && context.env['CODEX_HOME'] !== home.path)
    steps.push(`export CODEX_HOME='${home.path}'`);
  // What the warnings name comes first; whether it is mended, doctor tells.
  if (somethingIsWrong) steps.push('codex-lmdeploy doctor');
  return [...steps, 'codex'];
}
