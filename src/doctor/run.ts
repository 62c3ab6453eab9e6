import { CliError, interrupted } from '../errors.js';
import { maskAddresses } from '../ui/mask.js';
import { printable } from '../ui/printable.js';
import { type Check, type Earlier, type Finding, fail, type Result, saidBy } from './check.js';
import type { Examination } from './examination.js';

/** A result, and the check whose failure stands behind a skip. */
interface Outcome {
  readonly result: Result;
  readonly blockedBy: string | null;
}

/**
 * Runs checks side by side as far as what they require allows; results come in the order of `checks`.
 * A check that needs a failed one is skipped with its id. A check that throws has failed, and says it's a bug.
 */
export async function runChecks(checks: readonly Check[], examination: Examination): Promise<Result[]> {
  const outcomes = new Map<string, Promise<Outcome>>();
  for (const check of checks) {
    const before = new Map(outcomes);
    outcomes.set(check.id, runOne(check, before, examination));
  }
  const done = await Promise.all(outcomes.values());
  return done.map(({ result }) => result);
}

async function runOne(
  check: Check,
  before: ReadonlyMap<string, Promise<Outcome>>,
  examination: Examination,
): Promise<Outcome> {
  const required = check.requires.flatMap((id) => before.get(id) ?? []);
  const blocked = (await Promise.all(required)).find(
    ({ result, blockedBy }) => blockedBy !== null || result.status === 'fail',
  );
  const started = performance.now();
  const cause = blocked && (blocked.blockedBy ?? blocked.result.id);
  const earlier: Earlier = async (id) => (await before.get(id))?.result ?? null;
  const finding = cause === undefined ? await attempt(check, examination, earlier) : saidBy(cause);
  const blockedBy = finding.status === 'skip' ? (finding.saidBy ?? null) : null;
  const { id, title } = check;
  const { status } = finding;
  const [detail, remedy] = [shown(finding.detail), finding.remedy == null ? null : shown(finding.remedy)];
  const durationMs = Math.round(performance.now() - started);
  return { result: { id, title, status, detail, remedy, durationMs }, blockedBy };
}

/** Paths and what stands in configs come from outside too; an address may hold a password. */
function shown(text: string): string {
  return maskAddresses(printable(text));
}

async function attempt(check: Check, examination: Examination, earlier: Earlier): Promise<Finding> {
  try {
    return await check.run(examination, earlier);
  } catch (error) {
    if (examination.context.signal.aborted) throw interrupted();
    // An answer that only the user can give (which model?) is not the check's to swallow.
    if (error instanceof CliError) throw error;
    return fail(
      `The check itself broke (${error instanceof Error ? error.message : String(error)}). That is a bug of codex-lmdeploy.`,
      'Please report it with the output of: codex-lmdeploy doctor --json',
    );
  }
}
