import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scratch } from '../cli.js';
import { expectTidy } from '../kill/homes.js';
import { program } from '../program.js';

const MINE = '# mine\ncount = 0\n\n[mcp_servers.t]\ncommand = "echo"\n';

/** Begins to write; `end` says how many writes it made, and which of them somebody had undone. */
function busyWriter(home: string, pauseMs: number) {
  const args = [join(import.meta.dirname, 'busy-writer.mjs'), home, String(pauseMs)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const gone = new Promise((resolve) => child.on('close', resolve));
  return {
    said: () => said,
    async end() {
      child.stdin.end('end\n');
      await gone;
      const lines = said.trim().split('\n');
      return { count: Number(lines.at(-1)), lost: lines.filter((line) => line.startsWith('lost')) };
    },
  };
}

test.each([2, 60])(
  'beside a program that writes every %d ms, init writes or gives up, and undoes nothing of theirs',
  async (pauseMs) => {
    const home = await scratch();
    const config = join(home, 'config.toml');
    await writeFile(config, MINE);
    const writer = busyWriter(home, pauseMs);
    await expect.poll(writer.said).toContain('1\n');
    let ours = 0;
    for (let run = 0; run < 4; run += 1) {
      const args = ['init', '--offline', '--yes', '--no-verify', '--model', `m${run}`];
      const { code, stderr } = await program(args, { home });
      if (code === 0) ours += 1;
      else
        expect({ code, stderr }).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('was changed by another program'),
        });
    }
    const { count, lost } = await writer.end();
    expect(lost).toEqual([]);
    const text = await readFile(config, 'utf8');
    expect(text).toContain(`count = ${count}\n`);
    expect(count).toBeGreaterThan(4);
    expect(text.includes('[model_providers.lmdeploy]')).toBe(ours > 0);
    expect((await readdir(home)).filter((name) => name !== 'theirs').length).toBeLessThan(3);
    await expectTidy(home);
    expect(await program(['remove', '--yes', '--no-verify'], { home })).toMatchObject({ code: 0 });
    expect(await readFile(config, 'utf8')).toBe(MINE.replace('count = 0', `count = ${count}`));
  },
);
