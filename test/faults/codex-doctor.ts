import { execFile } from 'node:child_process';
import { z } from 'zod';
import { PATH_WITH_CODEX } from '../cli.js';
import type { Fault } from './fault.js';
import type { Machine } from './machine.js';

/** What of the report of `codex doctor --json` (0.169.0) counts here. */
const report = z.looseObject({
  checks: z.record(
    z.string(),
    z.looseObject({
      id: z.string(),
      status: z.string(),
      summary: z.string(),
      details: z.unknown(),
      remediation: z.string().nullable(),
    }),
  ),
});

/** Why Codex's own doctor can't be put before a row; null where it can. */
export function barrier({ check, real }: Fault, machine: Machine): string | null {
  if (check === 'codex.installed' && !real) return 'the row has no Codex, or another one';
  if (machine.args.includes('--profile')) return 'it takes no profile';
  return machine.writesSystem() ? 'it looks into /etc/codex, which the suite leaves alone' : null;
}

/**
 * Everything that Codex's own doctor says on a machine of what it does not find right: each check that is not ok, all
 * of its words; what it wrote to stderr where it gave no report.
 */
export async function codexDoctor({ env, cwd }: Machine): Promise<string> {
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    const options = { env: { ...env, PATH: PATH_WITH_CODEX }, cwd, timeout: 60_000 };
    const child = execFile('codex', ['doctor', '--json'], options, (_, out, err) =>
      resolve({ stdout: out, stderr: err }),
    );
    child.stdin?.end();
  });
  const start = stdout.indexOf('{');
  if (start < 0) return stderr;
  const { checks } = report.parse(JSON.parse(stdout.slice(start)));
  return Object.values(checks)
    .filter(({ status }) => status !== 'ok')
    .map(({ id, summary, details, remediation }) => JSON.stringify({ id, summary, details, remediation }))
    .join('\n');
}
