import { EXIT } from '../errors.js';
import type { Palette } from '../ui/palette.js';
import type { Result, Status } from './check.js';

export type Summary = Record<Status, number>;

export function summarize(results: readonly Result[]): Summary {
  const summary: Summary = { pass: 0, warn: 0, fail: 0, skip: 0 };
  for (const { status } of results) summary[status] += 1;
  return summary;
}

/** 0 healthy (warnings allowed, unless strict), 1 problems found. */
export function exitCodeOf(summary: Summary, strict: boolean): number {
  return summary.fail > 0 || (strict && summary.warn > 0) ? EXIT.problems : EXIT.done;
}

export const SYMBOL: Record<Status, string> = { pass: '✓', warn: '!', fail: '✗', skip: '–' };
export const COLOR = { pass: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const;

/** The report for people: a line a check, detail and remedy under what is not fine, a summary last. */
export function renderReport(
  results: readonly Result[],
  colors: Palette,
  { summary = true }: { summary?: boolean } = {},
): string {
  const width = Math.max(0, ...results.map(({ id }) => id.length));
  const lines = results.flatMap((result) => renderResult(result, width, colors));
  return [...lines, ...(summary ? ['', renderSummary(summarize(results))] : [])].join('\n');
}

/** What `--quiet` leaves of the report: only what is not fine, and nothing where all is. */
export function renderProblems(results: readonly Result[], colors: Palette): string {
  const width = Math.max(0, ...results.map(({ id }) => id.length));
  const problems = results.filter(({ status }) => status === 'fail' || status === 'warn');
  return problems.flatMap((result) => renderResult(result, width, colors)).join('\n');
}

function renderResult(result: Result, width: number, colors: Palette): string[] {
  const { id, title, status, detail, remedy } = result;
  const head = `${colors[COLOR[status]](SYMBOL[status])} ${id.padEnd(width)}  ${title}`;
  if (status === 'pass' || status === 'skip') return [`${head} ${colors.dim(`(${detail})`)}`];
  return [head, `    ${detail}`, ...(remedy === null ? [] : [`    ${colors.cyan(`→ ${remedy}`)}`])];
}

/** The last line of a report. */
export function renderSummary({ pass, warn, fail, skip }: Summary): string {
  const parts = [`${pass} passed`];
  if (warn > 0) parts.push(`${warn} ${warn === 1 ? 'warning' : 'warnings'}`);
  if (fail > 0) parts.push(`${fail} failed`);
  if (skip > 0) parts.push(`${skip} skipped`);
  const isFit = warn > 0 ? 'Ready, with warnings' : pass > 0 ? 'Ready' : 'Nothing was checked';
  const verdict = fail > 0 ? 'Not ready' : isFit;
  return `${verdict}: ${parts.join(', ')}.`;
}
