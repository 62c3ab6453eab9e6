import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { contextSize, responsesContext } from '../../src/doctor/checks/responses-context.js';
import { examine } from '../../src/doctor/examination.js';
import { runChecks } from '../../src/doctor/run.js';
import { parseFlags } from '../../src/options.js';
import type { ReleaseName } from '../../src/stand-in/release.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { openTerminal } from '../../src/ui/terminal.js';
import { context as contextOf, scratch } from '../cli.js';
import { firstTurn } from '../first-turn.js';

/** Both checks on a server with that context length, with Codex's first turn at hand. */
async function look(contextLength: number, stated: number | null = null, release: ReleaseName = '0.18') {
  const server = await startStandIn({ contextLength, release });
  onTestFinished(() => server.close());
  const home = await scratch();
  const window = stated === null ? '' : `model_context_window = ${stated}\n`;
  await writeFile(join(home, 'config.toml'), `${window}model = "m"\nmodel_provider = "lmdeploy"\n`);
  const { context } = contextOf({ home });
  const flags = parseFlags('doctor', { codexHome: home }, server.baseUrl);
  const first = () => async (served: readonly { id: string }[]) => served[0]?.id ?? null;
  const examination = await examine(context, flags, openTerminal(context, flags), first, {
    look: { firstTurn: async () => firstTurn(), searchFurther: false },
  });
  onTestFinished(() => examination.close());
  const [doctor] = await runChecks([responsesContext], examination);
  const [init] = await runChecks([contextSize], examination);
  return { doctor, init };
}

test("Codex's first turn does not fit: both lengths, and a launch line with a longer one", async () => {
  const { doctor, init } = await look(4_096);
  expect(doctor).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(
      /first turn of \d,\d{3} tokens, as this server counts them, does not fit into .* of 4,096/,
    ),
    remedy: expect.stringMatching(/^lmdeploy serve api_server .* --tool-call-parser .* --session-len 65536/),
  });
  expect(init).toMatchObject({ status: 'fail' });
});

test('0.15, which names no length, says all the same that it does not fit', async () => {
  expect((await look(4_096, null, '0.15')).doctor).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('does not fit into the context window.'),
  });
});

test('it fits, but leaves little room', async () => {
  expect((await look(16_384)).doctor).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(/16,384 tokens, of which Codex's first turn takes \d,\d{3} here/),
  });
});

test('a window that the config states wrongly is for init to mend, not to name', async () => {
  const { doctor, init } = await look(65_536, 131_072);
  expect(doctor).toMatchObject({
    status: 'warn',
    detail: 'The config tells Codex of a window of 131,072 tokens, the server has 65,536.',
    remedy: expect.stringMatching(/^codex-lmdeploy init http/),
  });
  expect(init).toMatchObject({ status: 'pass', detail: expect.stringContaining('65,536 tokens; Codex') });
});

test('0.15: a stated window that its bounds allow is right', async () => {
  const right = await look(65_536, 65_536, '0.15');
  expect(right.doctor).toMatchObject({
    status: 'pass',
    detail: expect.stringMatching(/^at least \d,\d{3} tokens and at most 65,/),
  });
  const less = await look(131_072, 65_536, '0.15');
  expect(less.doctor).toMatchObject({ status: 'warn', detail: expect.stringContaining('at least 65,537') });
});
