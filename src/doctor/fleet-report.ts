import type { ServerFacts } from '../lmdeploy/facts.js';
import { grouped } from '../ui/grouped.js';
import type { Palette } from '../ui/palette.js';
import { printable } from '../ui/printable.js';
import type { Result } from './check.js';
import { COLOR, renderProblems, renderReport, renderSummary, SYMBOL, summarize } from './report.js';
import type { ServerSeen } from './servers.js';

interface FleetReport {
  readonly servers: readonly ServerSeen[];
  /** What was seen through the front; null: there is none. */
  readonly front: ServerFacts | null;
  /** The front's own checks, and those of all servers together. */
  readonly results: readonly Result[];
}

/** The report for people: a table of the servers, what is wrong with each, then all of them together. */
export function renderFleet(
  { servers, front, results }: FleetReport,
  colors: Palette,
  quiet: boolean,
): string {
  const problems = servers.flatMap(({ baseUrl, results: own }) => {
    const text = renderProblems(own, colors);
    return text === '' ? [] : [`${colors.bold(baseUrl)}\n${text}`];
  });
  const together = quiet
    ? renderProblems(results, colors)
    : renderReport(results, colors, { summary: false });
  if (quiet) return [...problems, together].filter((part) => part !== '').join('\n\n');
  const all = summarize([...servers.flatMap(({ results: own }) => own), ...results]);
  const heading = front === null ? 'All together' : `Through ${front.baseUrl}`;
  return [
    table(servers, colors),
    ...problems,
    `${colors.bold(heading)}\n${together}`,
    renderSummary(all),
  ].join('\n\n');
}

function table(servers: readonly ServerSeen[], colors: Palette): string {
  const head = ['server', 'release', 'window', 'calls', 'key', 'models'];
  const rows = servers.map(({ baseUrl, facts }) => [baseUrl, ...cells(facts)]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const marks = servers.map(({ results }) => {
    const { fail, warn } = summarize(results);
    const status = fail > 0 ? 'fail' : warn > 0 ? 'warn' : 'pass';
    return colors[COLOR[status]](SYMBOL[status]);
  });
  return [`  ${colors.dim(line(head))}`, ...rows.map((row, index) => `${marks[index]} ${line(row)}`)].join(
    '\n',
  );
}

const yesNo = (value: boolean | null) => (value === null ? '–' : value ? 'yes' : 'no');

function cells({
  release,
  contextWindow,
  responses,
  keyRequired,
  keyAccepted,
  models,
}: ServerFacts): string[] {
  const key = keyRequired === null ? '–' : !keyRequired ? 'not needed' : keyAccepted ? 'taken' : 'refused';
  const window = contextWindow === null ? '–' : grouped(contextWindow);
  return [release ?? '–', window, yesNo(responses.toolCall), key, models.map(printable).join(', ') || '–'];
}
