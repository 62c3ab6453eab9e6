import type { Fault } from './fault.js';

/** What came of one row. */
export interface Score {
  readonly fault: Fault;
  /** Whether our doctor names the cause. */
  readonly ours: boolean;
  /** The same of Codex's own; a text: why it can't be put before the row. */
  readonly codexs: boolean | string;
}

/** Whether a report names a fault's cause: words of what it does not find right match the row's pattern. */
export function names({ cause, ...fault }: Fault, report: string): boolean {
  const pattern = cause ?? (fault.check === null ? null : fault.says);
  return pattern?.test(report) ?? false;
}

/** How a row's line in the table begins. */
export function lineStart({ what, ...fault }: Fault): string {
  return `| ${what} | ${fault.check === null ? 'no check yet' : `\`${fault.check}\`, ${fault.status}`} |`;
}

function line({ fault, codexs }: Score): string {
  const word = typeof codexs === 'string' ? `can't run: ${codexs}` : codexs ? 'yes' : 'no';
  return `${lineStart(fault)} ${word} |`;
}

function totals(scores: readonly Score[]): string {
  const [n, ours] = [scores.length, scores.filter(({ ours }) => ours).length];
  const could = scores.filter(({ codexs }) => typeof codexs === 'boolean');
  const codexs = scores.filter((score) => score.codexs === true).length;
  const oursThere = could.filter(({ ours }) => ours).length;
  return (
    `cause named: ours ${ours} of ${n}, Codex's ${codexs} of ${n} ` +
    `(of the ${could.length} on which Codex's can run: ours ${oursThere}, Codex's ${codexs})`
  );
}

/** The page docs/doctor.md. */
export function page(codexVersion: string, tables: Readonly<Record<string, readonly Score[]>>): string {
  const sections = Object.entries(tables).map(
    ([title, scores]) => `## ${title}

| fault | our check | Codex's own doctor names the cause |
|---|---|---|
${scores.map(line).join('\n')}

In this table, ${totals(scores)}.
`,
  );
  const all = Object.values(tables).flat();
  const mended = all.filter(({ fault }) => fault.check !== null && fault.mends).length;
  return `# What \`doctor\` names

Written by \`npm run faults:report\`, from \`test/faults/\`: each row is a machine on which one thing is wrong, made for real
(files, variables, sockets, a stand-in for LMDeploy), and \`codex-lmdeploy doctor\` has to find that one thing and no other.
The last column is the report of Codex's own \`codex doctor --json\` (${codexVersion}) on the same machine.

A doctor names the cause where the words of a check that is not ok match the row's pattern: the key, the variable, the
file or the trouble with the address. Both are held against the same pattern, ours also against its own sentence. Advice
that stands under every failure ("check proxy, VPN, firewall, DNS") counts for neither; the right address is enough, whatever
the trouble is taken for. "no check yet": a fault that ours does not tell. "can't run": the row has no working Codex, or
lies where Codex's doctor can't be pointed at. On a machine without internet, Codex's checks of OpenAI's own addresses fail in
every row.

Ours has a remedy for each fault that it names. ${mended} of them can be pasted as they are: the suite does so (commands in a
shell, \`init\`, the server started again by the launch line) and finds nothing wrong any more.

**In all, ${totals(all)}.**

${sections.join('\n')}`;
}
