import { askAt } from '../bridge/behind.js';
import { startLine } from '../bridge/place.js';
import type { Bridged } from '../codex/journal.js';
import type { Plan } from '../codex/plan.js';
import { DEFAULT_PROVIDER_ID } from '../codex/provider.js';
import type { Context } from '../context.js';
import type { Examination } from '../doctor/examination.js';
import { factsOf } from '../lmdeploy/facts.js';
import { whichKey } from '../lmdeploy/opening.js';
import { grouped } from '../ui/grouped.js';
import { printable } from '../ui/printable.js';
import { quoted } from '../ui/shell-word.js';
import type { Terminal } from '../ui/terminal.js';
import type { Outcome } from './write.js';

/** What the probes found where they found nothing wrong. */
export async function renderFound(
  { discovery }: Examination,
  model: string,
  { err }: Terminal,
): Promise<string> {
  const evidence = await discovery.evidence();
  const { release = null, contextWindow = null, firstTurnTokens = null } = evidence ? factsOf(evidence) : {};
  const who = `LMDeploy ${release ?? ''}`.trim();
  const window = contextWindow === null ? '' : ` in a window of ${grouped(contextWindow)} tokens`;
  const first =
    firstTurnTokens === null
      ? ''
      : `; Codex's first turn takes ${grouped(firstTurnTokens)} tokens, as this server counts them`;
  return `${err.green('✓')} ${who} at ${discovery.client.baseUrl} serves ${printable(model)}${window}; it answers, streams and calls tools${first}`;
}

/** The last lines: what was done, and what to do now. A preview that shows a change has nothing to add. */
export function renderClosing(
  { plan, applied }: Outcome<Plan>,
  preview: boolean,
  next: readonly string[],
  { err }: Terminal,
): string[] {
  const done = err.green('✓');
  const steps = ['Next:', ...next.map((step) => `  ${step}`)];
  if (!plan.files.some(({ isChange }) => isChange)) {
    const configs = plan.files.filter(({ kind }) => kind === 'config');
    const lines = configs.map(({ path }) => `${done} Already set up: ${path} needs no change.`);
    return preview ? lines : [...lines, ...steps];
  }
  if (preview) return [];
  const gone = plan.files.filter(({ action }) => action === 'delete').map(({ path }) => path);
  const wrote = applied.map(({ path, backup }) => {
    return `${done} ${gone.includes(path) ? 'Deleted' : 'Wrote'} ${path}${backup === null ? '' : ` (the old one: ${backup})`}`;
  });
  return [...wrote, ...steps];
}

/** The commands that lead from here to a session, as far as they are not done yet. */
export async function nextSteps(
  { settings, home, context, codex, providerId, discovery }: Examination,
  somethingIsWrong: boolean,
  bridge: Bridged | null,
): Promise<string[]> {
  const steps: string[] = [];
  const { value: variable } = settings.envKey;
  if ((await codex()) === null) steps.push('npm install -g @openai/codex');
  const lock = (await discovery.evidence())?.lock ?? null;
  if (variable !== null && settings.key === undefined)
    steps.push(lock === null ? `export ${variable}=dummy` : `export ${variable}=KEY   # ${whichKey(lock)}`);
  if (home.namedBy === '--codex-home' && context.env['CODEX_HOME'] !== home.path)
    steps.push(`export CODEX_HOME=${quoted(home.path)}`);
  // What the warnings name comes first; whether it is mended, doctor tells.
  const profile = home.profile === null ? [] : ['--profile', home.profile];
  const provider = providerId === DEFAULT_PROVIDER_ID ? [] : ['--provider-id', providerId];
  if (bridge !== null && !(await runs(context, bridge)))
    steps.push(`${startLine(bridge)}   # leave it running; codex-lmdeploy print service keeps it so`);
  if (somethingIsWrong) steps.push(['codex-lmdeploy doctor', ...profile, ...provider].join(' '));
  return [...steps, ['codex', ...profile].join(' ')];
}

async function runs(context: Context, { address, server }: Bridged): Promise<boolean> {
  const seen = await askAt(context, address);
  return seen.state === 'running' && seen.upstream === server;
}
