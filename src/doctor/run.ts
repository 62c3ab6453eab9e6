import { CliError, interrupted } from '../errors.js';
import { type Check, type Finding, fail, type Result, skip } from './check.js';
import type { Examination } from './examination.js';

/** A result, and the check whose failure stands behind a skip. */
interface Outcome {
  readonly result: Result;
  readonly blockedBy: string | null;
}

/**
 * Runs checks side by side as far as what they require allows; results come in the order of `checks`.
 * A check that needs a failed one, or whose own failure one explains, is skipped with its id. A check that throws has failed, and says it's a bug.
 */
export async function runChecks(checks: readonly Check[], examination: Examination): Promise<Result[]> {
  const outcomes = new Map<string, Promise<Outcome>>();
  for (const check of checks) {
    const outcomesOf = (ids: readonly string[]) => ids.flatMap((id) => outcomes.get(id) ?? []);
    const [required, explaining] = [outcomesOf(check.requires), outcomesOf(check.explainedBy ?? [])];
    outcomes.set(check.id, runOne(check, required, explaining, examination));
  }
  const done = await Promise.all(outcomes.values());
  return done.map(({ result }) => result);
}

async function runOne(
  check: Check,
  required: readonly Promise<Outcome>[],
  explaining: readonly Promise<Outcome>[],
  examination: Examination,
): Promise<Outcome> {
  const blocked = (await Promise.all(required)).find(
    ({ result, blockedBy }) => blockedBy !== null || result.status === 'fail',
  );
  const started = performance.now();
  let blockedBy = blocked ? (blocked.blockedBy ?? blocked.result.id) : null;
  const attempted = blockedBy === null ? await attempt(check, examination) : null;
  if (attempted?.status === 'fail')
    blockedBy =
      (await Promise.all(explaining)).find(({ result }) => result.status === 'fail')?.result.id ?? null;
  const finding = attempted !== null && blockedBy === null ? attempted : skip(`needs ${blockedBy}`);
  const { id, title } = check;
  const { status, detail, remedy = null } = finding;
  const durationMs = Math.round(performance.now() - started);
  return { result: { id, title, status, detail, remedy, durationMs }, blockedBy };
}

async function attempt(check: Check, examination: Examination): Promise<Finding> {
  try {
    return await check.run(examination);
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
