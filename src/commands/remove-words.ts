import type { Journal } from '../codex/journal.js';
import type { KeptInFile, RemovalPlan } from '../codex/plan-removal.js';
import { DEFAULT_PROVIDER_ID } from '../codex/provider.js';
import type { RemoveFlags } from '../options.js';
import { printable } from '../ui/printable.js';
import type { Terminal } from '../ui/terminal.js';
import type { Outcome } from './write.js';

const REASONS: Record<KeptInFile['why'], string> = {
  changed: 'was changed since init wrote it, and stays as it is',
  added: 'was added since, and stays',
  needed: 'stays with it: Codex refuses a provider without a name',
};

/** What stays, a line each. */
export function renderKept(kept: readonly KeptInFile[], { err }: Terminal): string[] {
  return kept.map(({ file, path, why }) => {
    const key = printable(
      path.map((name) => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name))).join('.'),
    );
    return `${err.yellow('!')} ${file}: ${key} ${REASONS[why]}.`;
  });
}

/** The last lines: what was done. */
export function renderRemoved(
  { plan, applied }: Outcome<RemovalPlan>,
  { dryRun, all, providerId, profile }: RemoveFlags,
  { files: recorded }: Journal,
  { err }: Terminal,
): string[] {
  const done = err.green('✓');
  if (!plan.files.some(({ isChange }) => isChange)) {
    const what = all
      ? 'nothing that init wrote is recorded'
      : `nothing that init wrote for "${providerId}" is recorded`;
    const where = profile === undefined ? '' : ` in the profile ${profile}`;
    const others = removals(recorded);
    const there =
      others.length === 0
        ? []
        : [`  What is recorded goes with: ${others.join('; ')} (--all takes all of it)`];
    return [`${done} Nothing to remove: ${what}${where} here.`, ...there];
  }
  if (dryRun) return [];
  return plan.files
    .filter(({ isChange }) => isChange)
    .map(({ path, action }) => {
      const backup = applied.find((one) => one.path === path)?.backup ?? null;
      const kept = backup === null ? '' : ` (as it was until now: ${backup})`;
      if (action === 'delete') return `${done} Deleted ${path}, which init had made${kept}`;
      if (action === 'unchanged') return `${done} ${path} stays as it is; nothing in it is ours any more`;
      return `${done} Wrote ${path}${kept}`;
    });
}

/** The command lines that take back what is recorded, one for each config and provider. */
function removals(recorded: Journal['files']): string[] {
  return Object.entries(recorded).flatMap(([file, { imprints }]) => {
    const config = /^(?:(.+)\.)?config\.toml$/.exec(file);
    if (config === null) return [];
    const name = config[1] === undefined ? '' : ` --profile ${config[1]}`;
    return imprints.map(
      ({ provider }) =>
        `codex-lmdeploy remove${name}${provider === DEFAULT_PROVIDER_ID ? '' : ` --provider-id ${provider}`}`,
    );
  });
}
