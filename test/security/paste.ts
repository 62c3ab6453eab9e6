import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folder } from '../hostile/ground.js';

/** What would run where a text is pasted as it is; none of it may. */
export const PAYLOADS = [
  '$(touch owned)',
  '`touch owned`',
  "'; touch owned; '",
  '"; touch owned; "',
  "' # \n touch owned\n",
  '| touch owned',
  '& touch owned &',
  "\\'; touch owned; #",
  '${X:-$(touch owned)}',
];
/** The same in a way that an address can hold. */
export const IN_ADDRESS = [
  '$(touch$IFS./owned)',
  ';touch$IFS./owned;',
  "';touch$IFS./owned;'",
  '&touch$IFS./owned&',
];
/** What a terminal would obey. */
export const ESCAPES = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u2066\r\u0008';

const STUBS = [
  'lmdeploy',
  'codex',
  'codex-lmdeploy',
  'curl',
  'ssh',
  'vi',
  'npm',
  'npx',
  'sudoedit',
  'pip',
  'ls',
  'chmod',
  'mv',
  'cp',
  'sed',
  'mkdir',
  'df',
  'rm',
];

/** A place to paste in: programs that do nothing, but a `touch` that works. */
export async function pasteboard() {
  const [bin, work] = [await folder(), await folder()];
  for (const name of STUBS) {
    await writeFile(join(bin, name), '#!/bin/sh\nexit 0\n');
    await chmod(join(bin, name), 0o755);
  }
  await symlink('/usr/bin/touch', join(bin, 'touch'));
  await mkdir(join(work, 'x'));
  const env = { PATH: bin, HOME: work, PS1: '', PS2: '', HISTFILE: '/dev/null' };
  const run = (file: string, args: readonly string[], input: string) =>
    new Promise<void>((resolve) => {
      const child = execFile(file, [...args], { cwd: work, env, timeout: 60_000 }, () => resolve());
      child.stdin?.on('error', () => undefined).end(input);
    });
  return {
    /** Pastes lines into several shells, each on its own, and gives what came of it. */
    async paste(lines: readonly string[]): Promise<string[]> {
      // Each in a shell of its own: what one leaves open must not shield the next.
      for (const line of lines) {
        await run('/bin/sh', ['-c', line], '');
        // zsh on a Mac takes what stands behind # for words of the command, and so does this bash.
        await run('/bin/bash', ['--norc', '--noprofile', '+O', 'interactive_comments', '-i'], `${line}\n`);
      }
      return (await readdir(work)).filter((name) => name !== 'x');
    },
  };
}

/** The lines of an output that are there to be pasted: remedies, hints, next steps, data. */
export function pastable(stdout: string, stderr: string): string[] {
  const text = `${stdout}\n${stderr}`;
  const hints = [...text.matchAll(/→ (.*)$/gm)].map((match) => match[1] ?? '');
  const next = [...text.matchAll(/^ {2}((?:export|codex|npm|lmdeploy|curl|ssh|"\$).*)$/gm)].map(
    (match) => match[1] ?? '',
  );
  const data = stdout.split('\n').filter((line) => /^(export|lmdeploy|codex|set|test) /.test(line));
  // A hint may be words with the command at their end.
  const commands = hints.flatMap((hint) => [
    hint,
    ...(/(?:^|[:;,] |with )((?:codex|lmdeploy|ls|rm|chmod|export|cp|sudoedit).*)$/.exec(hint)?.slice(1) ??
      []),
  ]);
  const isCommand = (line: string) => /^("\$|[a-z][\w-]*( |=|$))/.test(line);
  return [...new Set([...commands.filter(isCommand), ...next, ...data])];
}
