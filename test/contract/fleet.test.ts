import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { doctorDocument, frontDocument } from '../../src/documents.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, scratch } from '../cli.js';
import { codexOn } from '../codex-on.js';
import { freePort } from '../sockets.js';
import { FREELY } from './bridged.js';
import { type FrontName, programOf, startFront, unless } from './fronts.js';
import { NEWEST, type Real, type RealOptions, startReal } from './real.js';
import { codexBy } from './ways.js';

const KEY = 'sk-fleet-0123456789';
const SERVED: RealOptions = { parser: 'qwen3coder', apiKeys: [KEY], delay: 0.004 };
const SESSIONS = 20;
/** Codex and its servers share two cores. */
const AT_ONCE = 4;

type Codex = Awaited<ReturnType<typeof codexOn>>;

/** Which of the servers had a turn with these words in it. */
function metBy(servers: readonly Real[], words: string): number[] {
  return servers.flatMap((server, index) =>
    server.prompts().some(({ prompt }) => prompt.includes(words)) ? [index] : [],
  );
}

/** One turn of each session, some at once; what Codex exits with, and `between` after so many. */
async function turns(
  codex: Codex,
  sessions: readonly string[],
  phase: string,
  between: { after: number; run: () => Promise<void> } | null = null,
) {
  const codes: number[] = [];
  const waiting = sessions.map((id, index) => ({ id, index }));
  let done = 0;
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const args = [...FREELY, 'resume', next.id, `RUN: echo s${next.index}-${phase}`];
      codes[next.index] = (await codex.codex(args)).code;
      done += 1;
      if (done === between?.after) await between.run();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return codes;
}

describe.each<{ name: FrontName; count: number }>([
  { name: 'nginx', count: 3 },
  { name: 'haproxy', count: 2 },
])('$name before $count real LMDeploys that want a key', ({ name, count }) => {
  describe.skipIf(programOf(name) === null)(`the real program${unless(name)}`, () => {
    let servers: Real[] = [];
    let front = '';
    let port = 0;
    let end: (() => Promise<void>) | undefined;

    beforeAll(async () => {
      port = await freePort();
      const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-fleet-'));
      // One after the other: it is by the time of its start that a server is told from another.
      for (let index = 0; index < count; index += 1) servers.push(await startReal(NEWEST, SERVED));
      const named = servers.flatMap(({ baseUrl }) => ['--server', baseUrl]);
      const printed = await cli(['print', name, ...named, '--port', String(port), '--json'], {
        home: folder,
        env: { LMDEPLOY_API_KEY: KEY },
      });
      await rm(folder, { recursive: true, force: true });
      const { text, warnings } = frontDocument.parse(JSON.parse(printed.stdout));
      expect(warnings).toEqual([]);
      end = await startFront(name, text, port);
      front = `http://127.0.0.1:${port}/v1`;
      // Three servers one after the other, each of which may take its time on a busy machine.
    }, 600_000);

    afterAll(async () => {
      await end?.();
      await Promise.all(servers.map((server) => server.close()));
    });

    test('doctor finds the servers alike, the front sticky, and the stream unbuffered', async () => {
      const named = servers.flatMap(({ baseUrl }) => ['--server', baseUrl]);
      const ran = await cli(['doctor', front, ...named, '--json'], {
        home: await scratch(),
        env: { LMDEPLOY_API_KEY: KEY },
      });
      const { checks } = doctorDocument.parse(JSON.parse(ran.stdout));
      const bad = checks.filter(({ status }) => status === 'fail' || status === 'warn');
      expect(bad).toEqual([]);
      const fleet = checks.filter(({ id }) => id.startsWith('fleet.'));
      expect(fleet.map(({ id, status }) => [id, status])).toEqual([
        ['fleet.same', 'pass'],
        ['fleet.sticky', 'pass'],
        ['fleet.streams', 'pass'],
      ]);
    });

    test(`${SESSIONS} sessions of the real Codex, one server killed amid them, and started again`, async () => {
      const codex = await codexOn(front, { key: KEY });
      // Each session's own words, by which the servers that it met are known.
      const sessions: string[] = [];
      const begin = Array.from({ length: SESSIONS }, (_, index) => index);
      const worker = async () => {
        for (let index = begin.shift(); index !== undefined; index = begin.shift()) {
          const { code, stderr } = await codex.codex([...FREELY, `RUN: echo s${index}-before`]);
          expect(code).toBe(0);
          sessions[index] = /^session id: (\S+)$/m.exec(stderr)?.[1] ?? '';
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      const before = sessions.map((_, index) => metBy(servers, `s${index}-before`));
      for (const met of before) expect(met).toHaveLength(1);
      expect(new Set(before.flat()).size).toBe(count);

      const [victim] = servers;
      if (victim === undefined) throw new Error('there is no server');
      const survivors = servers.slice(1);
      const metIn = (of: readonly Real[], phase: string) =>
        sessions.map((_, index) => metBy(of, `s${index}-${phase}`));
      let untilThen: number[][] = [];
      const kill = async () => {
        untilThen = metIn([victim], 'during');
        await victim.close();
      };
      const codes = await turns(codex, sessions, 'during', { after: 6, run: kill });
      const during = metIn(survivors, 'during').map((met, index) => [
        ...(untilThen[index] ?? []),
        ...met.map((one) => one + 1),
      ]);
      // Each running turn fails or finishes.
      for (const code of codes) expect([0, 1]).toContain(code);

      expect(await turns(codex, sessions, 'after')).toEqual(sessions.map(() => 0));
      const after = metIn(survivors, 'after').map((met) => met.map((one) => one + 1));
      for (const [index, met] of after.entries()) {
        expect(met).toHaveLength(1);
        // Who was on another server stays there.
        if (before[index]?.[0] !== 0) expect(met).toEqual(before[index]);
      }

      const again = await startReal(NEWEST, { ...SERVED, port: Number(new URL(victim.baseUrl).port) });
      servers = [again, ...survivors];
      const moved = sessions.filter((_, index) => before[index]?.[0] === 0);
      await seenThrough(front, moved[0] ?? '', again);
      expect(await turns(codex, moved, 'back')).toEqual(moved.map(() => 0));
      const back = moved.map((_, index) => metBy(servers, `s${index}-back`));
      expect(back).toEqual(moved.map(() => [0]));

      const shares = (of: readonly number[][]) =>
        servers.map((_, one) => of.filter((met) => met.includes(one)).length).join('/');
      process.stdout.write(
        `${name}, ${SESSIONS} sessions by server: before ${shares(before)}, during the kill ${shares(during)} ` +
          `(${codes.filter((code) => code === 0).length} turns finished, ${codes.filter((code) => code === 1).length} failed, ` +
          `${during.filter(({ length }) => length > 1).length} met two), after it ${shares(after)}, back again ${shares(back)}\n`,
      );
    }, 600_000);

    test('the bridge before the front: a session is on one server, and its tools arrive', async () => {
      const { codex } = await codexBy('through a bridge', front, { key: KEY });
      const { code, stdout } = await codex([...FREELY, 'RUN: echo through-both']);
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done: through-both\n' });
      expect(metBy(servers, 'RUN: echo through-both')).toHaveLength(1);
    });
  });
});

describe.each<{ name: FrontName }>([{ name: 'nginx' }, { name: 'haproxy' }])(
  '$name before servers of two models',
  ({ name }) => {
    test.skipIf(programOf(name) === null)(
      `each has a path, and Codex a turn there${unless(name)}`,
      async () => {
        const models = ['a/First', 'b/Second'];
        const servers = await Promise.all(models.map((model) => startStandIn({ models: [model] })));
        onTestFinished(async () => void (await Promise.all(servers.map((server) => server.close()))));
        const port = await freePort();
        const named = servers.flatMap(({ baseUrl }) => ['--server', baseUrl]);
        const printed = await cli(['print', name, ...named, '--all', '--port', `${port}`, '--json'], {
          home: await scratch(),
        });
        const { text, routes } = frontDocument.parse(JSON.parse(printed.stdout));
        const end = await startFront(name, text, port);
        onTestFinished(end);
        for (const [index, { path }] of routes.entries()) {
          const codex = await codexOn(`http://127.0.0.1:${port}${path}`);
          expect(await codex.exec('RUN: echo there')).toBe('Done: there');
          // HAProxy's questions for health come in between.
          const turns = servers[index]?.requests.filter(({ path }) => path === '/v1/responses') ?? [];
          expect(turns.at(-1)?.body).toMatchObject({ model: models[index] });
        }
      },
    );
  },
);

/** Waits until a front gives a session to a server again: by its metrics, where each start has its own time. */
async function seenThrough(front: string, session: string, server: Real): Promise<void> {
  const startOf = async (root: string) => {
    const headers = { 'session-id': session, authorization: `Bearer ${KEY}` };
    const answer = await fetch(`${root.replace(/\/v1$/, '')}/metrics`, { headers });
    return /^process_start_time_seconds (\S+)$/m.exec(await answer.text())?.[1];
  };
  const wanted = await startOf(server.baseUrl);
  const until = Date.now() + 60_000;
  while ((await startOf(front)) !== wanted) {
    if (Date.now() > until) throw new Error('the front does not use the server again');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
