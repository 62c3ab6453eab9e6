import { execFileSync } from 'node:child_process';
import { chmod, lstat, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sedCommand, setCommand, takeOutScript } from '../../src/codex/line-edit.js';
import { scratch } from '../cli.js';

/** What a command makes of a file that is a symlink to another, with a name that needs quotes. */
async function pasted(text: string, command: (file: { path: string; text: string }) => string) {
  const folder = await scratch();
  const [path, target] = [join(folder, "it's a link.toml"), join(folder, 'dotfile.toml')];
  await writeFile(target, text);
  await chmod(target, 0o640);
  await symlink(target, path);
  execFileSync('/bin/sh', ['-e', '-c', command({ path, text })]);
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect((await stat(target)).mode & 0o777).toBe(0o640);
  expect(await readFile(`${path}.bak`, 'utf8')).toBe(text);
  return readFile(target, 'utf8');
}

test.each([
  ['# k = "old"\nk = "old" # mine\n[t]\nk = "old"\n', '# k = "old"\nk = "new" # mine\n[t]\nk = "old"\n'],
  ["a = '''\nk = \"old\"\n'''\nk   =   'old'\r\n", "a = '''\nk = \"old\"\n'''\nk   =   \"new\"\r\n"],
  ['k = "a/b.*[c]$^&"', 'k = "new"'],
])('one line, its comment and all else kept: %j', async (text, after) => {
  const now = await pasted(text, (file) => setCommand(file, ['k'], 'new', 'an aside'));
  // Some sed ends every line.
  expect(now.replace(/\n$/, '')).toBe(after.replace(/\n$/, ''));
});

test('a line is taken out by its own words', async () => {
  const text = '# k = "x"\nk = "x" # mine\n[t]\nk = "x"\n';
  const out = (file: { path: string; text: string }) => takeOutScript(file, ['k']) ?? '';
  expect(await pasted(text, (file) => sedCommand(file, [out(file)]))).toBe('# k = "x"\n[t]\nk = "x"\n');
  // What has moved since stays.
  const moved = `new = 1\n${text}`;
  const script = out({ path: '', text });
  expect(await pasted(moved, (file) => sedCommand(file, [script]))).toBe(moved);
});

test.each([
  '  k = "old"\n',
  'k = "ö"\n',
  '\uFEFFk = "old"\n',
  'k = """\nold"""\n',
  'k = "o\\u0041"\n',
  '"k" = "old"\n',
  't = 1\n',
])('what is no plain line is for an editor: %j', (text) => {
  const file = { path: '/x/config.toml', text };
  expect(takeOutScript(file, ['k'])).toBeNull();
  expect(setCommand(file, ['k'], 'new')).toMatch(
    /^"\$\{EDITOR:-vi\}" (\+1 )?'\/x\/config\.toml' {3}# there: k = "new"$/,
  );
});
