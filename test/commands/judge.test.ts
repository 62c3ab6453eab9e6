import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { codexHome } from '../../src/codex/home.js';
import { judge } from '../../src/commands/judge.js';
import { openTerminal } from '../../src/ui/terminal.js';
import { context, scratch } from '../cli.js';

test('of dozens of profiles each is judged before and after, a few at a time; one that fails holds nobody up', async () => {
  const home = join(await scratch(), 'home');
  await mkdir(home);
  const { context: its } = context({ home });
  const names = Array.from({ length: 30 }, (_, index) => `p${index}`);
  for (const name of names) await writeFile(join(home, `${name}.config.toml`), 'model = "m"\n');
  const homes = names.map((profile) => codexHome(its, { codexHome: home, profile }));
  const asked: (string | null)[] = [];
  let [atOnce, most] = [0, 0];
  const ask = async ({ profile }: { profile: string | null }) => {
    asked.push(profile);
    atOnce += 1;
    most = Math.max(most, atOnce);
    await tick(5);
    atOnce -= 1;
    return profile === 'p3'
      ? ({ state: 'unknown', why: 'it hangs' } as const)
      : ({ state: 'accepted' } as const);
  };
  const terminal = openTerminal(its, { json: false, quiet: true, verbose: false, color: false });
  const codex = judge(ask, homes, terminal);
  expect(await codex.before()).toEqual([]);
  expect(asked.toSorted()).toEqual(names.toSorted());
  expect(await codex.after()).toEqual([expect.objectContaining({ id: 'config.accepted' })]);
  expect(asked).toHaveLength(59);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
});
