// Makes the pictures of docs/screens from what the built program prints: `npm run docs:screens`.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromSource } from './from-source.mjs';
import { screen } from './screen.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const MODEL = 'Qwen/Qwen3.5-35B-A3B';
const USUAL_PORT = 23_333;
/** Qwen3.5 thinks. */
const THINKS = { script: () => ({ text: '<think>\nA greeting.\n</think>\n\nHello.' }) };

/** Each picture's file, with its text: the same on every machine. */
export async function screens() {
  const { startStandIn } = await fromSource('stand-in/server.ts');
  const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-screens-'));
  const server = await startStandIn({ models: [MODEL], toolCallParser: false, ...THINKS });
  const fleet = await Promise.all(
    [{}, {}, { contextLength: 32_768 }].map((one) =>
      startStandIn({ models: [MODEL], reasoningParser: true, ...THINKS, ...one }),
    ),
  );
  const run = (...args) => shown(folder, [server], args);
  try {
    const apart = join(folder, 'fleet');
    for (const parent of [folder, apart])
      for (const name of ['home', 'work', 'temporary']) await mkdir(join(parent, name), { recursive: true });
    const init = await run('init', '--yes');
    const doctor = await run('doctor');
    const named = fleet.flatMap(({ baseUrl }) => ['--server', baseUrl.replace(/\/v1$/, '')]);
    const alike = await shown(apart, fleet, ['doctor', ...named]);
    return {
      'docs/screens/init.svg': screen(
        init,
        'codex-lmdeploy init: the change as a diff, and what the server lacks',
      ),
      'docs/screens/doctor.svg': screen(
        doctor,
        'codex-lmdeploy doctor on a server without a tool-call parser: one check fails, with the line that mends it',
      ),
      'docs/screens/fleet.svg': screen(
        alike,
        'codex-lmdeploy doctor on three servers: a table, and the one whose context window is smaller',
      ),
    };
  } finally {
    await Promise.all([server, ...fleet].map((one) => one.close()));
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** What a person sees who types that, with the names of this run's folder and ports in the place of theirs. */
async function shown(folder, servers, args) {
  const home = join(folder, 'home');
  const env = {
    PATH: [join(ROOT, 'node_modules/.bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    // A home in the temporary folder would be worth a warning.
    TMPDIR: join(folder, 'temporary'),
    ...(servers.length === 1 && { LMDEPLOY_BASE_URL: servers[0].baseUrl }),
    LMDEPLOY_API_KEY: 'dummy',
    FORCE_COLOR: '1',
  };
  const said = await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(ROOT, 'dist/bin.js'), ...args],
      { env, cwd: join(folder, 'work') },
      (_, out, err) => resolve(err + out),
    );
    child.stdin.end();
  });
  const usual = said
    .replaceAll(home, '~')
    .replaceAll(join(ROOT, 'node_modules/.bin'), '/usr/local/bin')
    .replaceAll(` --server-port ${servers[0].port}`, '');
  const typed = `\u001b[2m$\u001b[22m codex-lmdeploy ${args.join(' ')}\n${usual}`;
  return servers.reduce(
    (text, { port }, index) => text.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), String(USUAL_PORT + index)),
    typed,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(join(ROOT, 'docs/screens'), { recursive: true });
  for (const [file, text] of Object.entries(await screens())) await writeFile(join(ROOT, file), text);
}
