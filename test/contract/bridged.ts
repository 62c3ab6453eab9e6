import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodexOptions } from '../codex-on.js';
import { CONTRACT } from './real.js';
import { codexBy } from './ways.js';

/** Nobody is asked, and nothing is kept in: what a command may do is not the question. */
export const FREELY = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];
const EVERYTHING = join(
  CONTRACT,
  'mcp-everything/node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);

/** A real MCP server, twice: its tools have the same names in both, and `get_env` says WHO answers. */
export const MCP_SERVERS = ['everything', 'again']
  .map(
    (name) =>
      `[mcp_servers.${name}]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(EVERYTHING)}, "stdio"]\nenv = { WHO = "${name}" }\nrequired = true\n`,
  )
  .join('\n');

/** The real Codex, set up by `init --bridge`, and the bridge that it goes through. */
export async function codexBridged(baseUrl: string, options: CodexOptions) {
  const made = await codexBy('through a bridge', baseUrl, options);
  /** `codex exec` to its end, whatever that is. */
  const exec = (...args: string[]) => made.codex([...FREELY, ...args]);
  return {
    ...made,
    exec,
    /** The same session, once more. */
    again: (prompt: string) => exec('resume', '--last', prompt),
    write: (name: string, content: string | Buffer) => writeFile(join(made.work, name), content),
    read: (name: string) => readFile(join(made.work, name), 'utf8').catch(() => null),
  };
}
