import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startBridge } from '../../src/bridge/server.js';
import { context } from '../cli.js';
import { codexOn } from '../codex-on.js';
import { CODEXES, type TestedCodex } from '../codexes.js';
import { CONTRACT } from './real.js';

/** Nobody is asked, and nothing is kept in: what a command may do is not the question. */
const FREELY = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];
const EVERYTHING = join(
  CONTRACT,
  'mcp-everything/node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);

/** A real MCP server, twice: its tools have the same names in both. */
export const MCP_SERVERS = ['everything', 'again']
  .map(
    (name) =>
      `[mcp_servers.${name}]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(EVERYTHING)}, "stdio"]\nrequired = true\n`,
  )
  .join('\n');

/** The real Codex, set up by `init --bridge`, and the bridge that it goes through. */
export async function codexBridged(
  baseUrl: string,
  { path }: Pick<TestedCodex, 'path'> = CODEXES[0] as TestedCodex,
  before = '',
) {
  const { context: its } = context({ home: '/nowhere' });
  const lines: string[] = [];
  const bridge = await startBridge(its, {
    upstream: baseUrl,
    model: null,
    port: 0,
    log: (line) => void lines.push(line),
  });
  onTestFinished(() => bridge.close());
  const made = await codexOn(baseUrl, { path, before, flags: ['--bridge', String(bridge.port)] });
  /** `codex exec` to its end, whatever that is. */
  const exec = (...args: string[]) => made.codex([...FREELY, ...args]);
  return {
    ...made,
    lines,
    exec,
    /** The same session, once more. */
    again: (prompt: string) => exec('resume', '--last', prompt),
    write: (name: string, content: string | Buffer) => writeFile(join(made.work, name), content),
    read: (name: string) => readFile(join(made.work, name), 'utf8').catch(() => null),
  };
}
