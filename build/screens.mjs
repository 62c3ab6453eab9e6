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

/** Each picture's file, with its text: the same on every machine. */
export async function screens() {
  const { startStandIn } = await fromSource('stand-in/server.ts');
  const home = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-screens-'));
  const server = await startStandIn({ models: [MODEL], toolCallParser: false });
  const run = (...args) => shown(home, server, args);
  try {
    const init = await run('init', '--yes');
    const doctor = await run('doctor', '--skip', 'codex.home,config.layers');
    return {
      'docs/screens/init.svg': screen(
        init,
        'codex-lmdeploy init: the change as a diff, and what the server lacks',
      ),
      'docs/screens/doctor.svg': screen(
        doctor,
        'codex-lmdeploy doctor on a server without a tool-call parser: one check fails, with the line that mends it',
      ),
    };
  } finally {
    await server.close();
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** What a person sees who types that, with the names of this run's folder and port in the place of theirs. */
async function shown(home, server, args) {
  const env = {
    PATH: [join(ROOT, 'node_modules/.bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    CODEX_HOME: home,
    LMDEPLOY_BASE_URL: server.baseUrl,
    LMDEPLOY_API_KEY: 'dummy',
    FORCE_COLOR: '1',
  };
  const said = await new Promise((resolve) => {
    const child = execFile(process.execPath, [join(ROOT, 'dist/bin.js'), ...args], { env }, (_, out, err) =>
      resolve(err + out),
    );
    child.stdin.end();
  });
  const typed = `\u001b[2m$\u001b[22m codex-lmdeploy ${args.filter((arg) => !arg.includes('.') && arg !== '--skip').join(' ')}\n`;
  const usual = said
    .replaceAll(home, '~/.codex')
    .replaceAll(join(ROOT, 'node_modules/.bin'), '/usr/local/bin')
    .replaceAll(` --server-port ${server.port}`, '')
    .replaceAll(`:${server.port}`, ':23333');
  return typed + folded(usual, 118);
}

/** As a terminal of that width shows it. */
function folded(text, width) {
  const piece = new RegExp(`(?:\\u001b\\[[\\d;]*m)*(?:[^\\u001b](?:\\u001b\\[[\\d;]*m)*){1,${width}}`, 'gu');
  return text
    .split('\n')
    .map((line) => (line.match(piece) ?? ['']).join('\n'))
    .join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(join(ROOT, 'docs/screens'), { recursive: true });
  for (const [file, text] of Object.entries(await screens())) await writeFile(join(ROOT, file), text);
}
