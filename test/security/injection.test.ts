import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { quoteKey, quoteScalar } from '../../src/toml/quote.js';
import { readToml } from '../../src/toml/read.js';
import { cli, type Ran, type World } from '../cli.js';
import { folder, later, listening } from '../hostile/ground.js';
import { ESCAPES, IN_ADDRESS, PAYLOADS, pastable, pasteboard } from './paste.js';

/** What no terminal may get, whoever said it. */
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** Runs commands, looks that no output has a control character in it, and pastes what is there to be pasted. */
async function harmless(commands: readonly (readonly string[])[], world: World): Promise<Ran[]> {
  const board = await pasteboard();
  const rans: Ran[] = [];
  const lines = new Set<string>();
  for (const args of commands) {
    const ran = await cli(args, { ...world, env: { NO_COLOR: '1', ...world.env } });
    const shown = args.join(' ').slice(0, 80);
    expect(ran.stderr, shown).not.toMatch(/bug of codex-lmdeploy|^\s+at /m);
    expect(ran.stdout, shown).not.toMatch(CONTROLS);
    expect(ran.stderr, shown).not.toMatch(CONTROLS);
    rans.push(ran);
    for (const line of pastable(ran.stdout, ran.stderr)) lines.add(line);
    if (args.includes('--json')) for (const line of stringsIn(JSON.parse(ran.stdout))) lines.add(line);
  }
  expect(await board.paste([...lines]), [...lines].join('\n')).toEqual([]);
  return rans;
}

/** The remedies and next steps of a document. */
function stringsIn(document: unknown, name = ''): string[] {
  if (typeof document === 'string')
    return ['remedy', 'next', 'hint', 'line'].includes(name) ? [document] : [];
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, value]) =>
    stringsIn(value, Array.isArray(document) ? name : key),
  );
}

const commandsFor = (url: string) => [
  ['init', url, '--dry-run'],
  ['init', url, '--yes', '--json'],
  ['init', url, '--yes', '--name', 'Other'],
  ['doctor', url],
  ['doctor', '--json'],
  ['models', url],
  ['print', 'provider', url, '--json'],
  ['init', url, '--yes', '--model', 'not served'],
  ['remove', '--dry-run'],
  ['remove', '--yes', '--json'],
];

describe.concurrent('from a server', () => {
  test.each(PAYLOADS)('a model called %j', async (payload) => {
    const name = `a${payload}${ESCAPES}`;
    const server = await startStandIn({ models: [name], release: '0.16' } as never);
    later(() => server.close());
    const home = await folder();
    const rans = await harmless(commandsFor(server.baseUrl), { home, systemFolder: await managed(name) });
    expect(rans[1]?.code).toBe(0);
    expect(pastable(rans[3]?.stdout ?? '', '').some((line) => line.startsWith('codex-lmdeploy init'))).toBe(
      true,
    );
    await harmless(
      [
        ['print', 'launch', name],
        ['print', 'launch', `Qwen/Qwen3-8B${payload}`, '--json'],
      ],
      { home },
    );
    await harmless(
      [
        ['print', 'provider', '--offline', '--model', name],
        ['init', '--offline', '--model', name, '--yes', '--json'],
      ],
      { home },
    );
  });

  test('two such models, and an error, a page and a redirect of that kind', async () => {
    const words = PAYLOADS.join(' ') + ESCAPES;
    const two = await startStandIn({ models: PAYLOADS.map((one) => `x${one}${ESCAPES}`) });
    later(() => two.close());
    await harmless(
      [
        ['init', two.baseUrl, '--yes'],
        ['init', two.baseUrl, '--yes', '--json'],
      ],
      { home: await folder() },
    );
    const answers: Parameters<typeof createServer>[1][] = [
      (_, response) =>
        response
          .writeHead(401, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: { message: words } })),
      (_, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>${words}</title>`),
      (_, response) =>
        response
          .writeHead(302, { location: `/${encodeURI(IN_ADDRESS[0] ?? '').replaceAll('%20', '')}/v1/models` })
          .end(),
      ({ url = '' }, response) =>
        response
          .writeHead(url.endsWith('/models') ? 200 : url.includes('nodes') ? 200 : 404, {
            'content-type': 'application/json',
          })
          .end(
            JSON.stringify(
              url.includes('nodes')
                ? Object.fromEntries(PAYLOADS.map((one) => [`http://h/${one}`, {}]))
                : { object: 'list', data: [{ id: 'tiny', owned_by: 'lmdeploy' }], detail: 'Not Found' },
            ),
          ),
    ];
    for (const answer of answers) {
      const url = await listening(createServer(answer));
      await harmless(
        [
          ['init', url, '--yes'],
          ['doctor', url, '--only', 'server,model,responses'],
          ['models', url, '--json'],
        ],
        { home: await folder() },
      );
    }
  });
});

/** A managed config that names another model, for the note about it. */
async function managed(model: string): Promise<string> {
  const path = await folder();
  await writeFile(join(path, 'managed_config.toml'), `model = ${quoteScalar(`other${model}`)}\n`);
  return path;
}

describe.concurrent('from files', () => {
  test.each(PAYLOADS)('a config full of %j', async (payload) => {
    const server = await startStandIn({ models: ['tiny'] });
    later(() => server.close());
    const text = `x${payload}${ESCAPES}`;
    const value = quoteScalar(text);
    const key = quoteKey(text);
    const root = await folder();
    // A path holds no line end: those are refused by themselves.
    const place = `y${payload.replace(/[/\n]/g, '')}`;
    const [home, project, bin] = [
      join(root, place, 'home'),
      join(root, `${place}p`),
      join(root, `${place}b`),
    ];
    for (const path of [home, join(project, '.codex'), join(project, '.git'), bin])
      await mkdir(path, { recursive: true });
    const codex = `#!/bin/sh\n[ "$1" = --version ] && { echo codex-cli 0.120.0; exit; }\nprintf 'Error: %s:3:4: %s\\n' "$HOSTILE" "$HOSTILE" >&2\nexit 1\n`;
    await writeFile(join(bin, 'codex'), codex, { mode: 0o755 });
    await writeFile(
      join(project, '.codex/config.toml'),
      `model = ${value}\nmodel_catalog_json = ${value}\nmodel_reasoning_effort = ${value}\n`,
    );
    const config = (provider: string, url: string) => `model = ${value}
model_provider = ${provider}
model_catalog_json = ${value}
model_reasoning_effort = ${value}
profile = ${value}
web_search = ${value}
[projects.${quoteKey(project)}]
trust_level = "trusted"
[model_providers.lmdeploy]
name = ${value}
base_url = ${url}
env_key = ${value}
wire_api = ${value}
${key} = ${value}
[model_providers.${key}]
name = ${value}
base_url = "http://127.0.0.1:9/v1"
temp_env_key = ${value}
[profiles.${key}]
model = ${value}
[mcp_servers.${key}]
command = ${value}
# raw \u009b31m\u202e\u2066 ${payload.replaceAll('\n', ' ')}
`;
    const world = {
      home,
      cwd: project,
      systemFolder: await managed(text),
      env: { PATH: bin, HOSTILE: text.replaceAll('\n', ' '), CODEX_CA_CERTIFICATE: `/nowhere/${place}` },
    };
    const addresses = [value, ...IN_ADDRESS.map((one) => quoteScalar(`http://127.0.0.1:9/${one}/v1`))];
    const broken = [`model = ${text}`, `x = "${payload}\u001b]0;owned\u0007`, `[${key}\n`];
    for (const [index, url] of addresses.entries()) {
      await writeFile(join(home, 'config.toml'), config(index % 2 === 0 ? '"lmdeploy"' : value, url));
      const each = [
        ['doctor', '--timeout', '3'],
        ['doctor', '--json', '--timeout', '3'],
        ['models'],
        ['env'],
        ['run'],
      ];
      await harmless(index < 2 ? each : each.slice(0, 1), world);
    }
    await writeFile(join(home, 'config.toml'), config('"lmdeploy"', value));
    await harmless(
      [
        ['init', server.baseUrl, '--dry-run', '--model', 'tiny'],
        ['init', server.baseUrl, '--yes', '--json', '--model', 'tiny', '--no-verify', '--codex-home', home],
      ],
      world,
    );
    for (const text of broken) {
      await writeFile(join(home, 'config.toml'), text);
      await harmless(
        [['doctor', '--only', 'config'], ['init', server.baseUrl, '--yes', '--no-verify'], ['env']],
        world,
      );
    }
  });

  test('a journal and a lock with such words', async () => {
    const text = `x${PAYLOADS[0]}${ESCAPES}`;
    const home = await folder();
    await mkdir(join(home, 'codex-lmdeploy'));
    const pending = { startedAt: text, files: [], records: {} };
    await writeFile(
      join(home, 'codex-lmdeploy/journal.json'),
      JSON.stringify({ schema: 1, files: {}, pending }),
    );
    const kept = {
      base: null,
      left: 'x',
      imprints: [{ provider: text, keys: [{ path: [text], before: null, wrote: '1' }], tables: [] }],
    };
    await harmless(
      [
        ['doctor', '--only', 'config'],
        ['init', '--offline', '--model', 'm', '--dry-run'],
      ],
      { home },
    );
    const init = await cli(['init', '--offline', '--model', 'm', '--yes'], { home });
    expect([init.code, init.stderr]).toEqual([2, expect.not.stringMatching(CONTROLS)]);
    await writeFile(
      join(home, 'codex-lmdeploy/journal.json'),
      JSON.stringify({ schema: 1, files: { 'x.config.toml': kept }, pending: null }),
    );
    const remove = await cli(['remove', '--yes'], { home });
    expect([remove.code, remove.stderr]).toEqual([2, expect.not.stringMatching(CONTROLS)]);
    await writeFile(join(home, 'codex-lmdeploy/journal.json'), '');
    const holder = { pid: process.pid, host: text, token: 'x' };
    await writeFile(join(home, 'codex-lmdeploy/lock'), JSON.stringify(holder));
    const signal = AbortSignal.timeout(1_000);
    const locked = await cli(['init', '--offline', '--model', 'm', '--yes', '--codex-home', home], {
      home: await folder(),
      signal,
    });
    expect(locked.stderr).not.toMatch(CONTROLS);
  });
});

describe('what Codex gets as -c values is what was meant, whatever the model is called', () => {
  test.each([
    ...PAYLOADS,
    'x"\n[features]\nevil = true\n#',
    '"""',
    "'''",
    '\\',
    '\\u0000',
    'a" , model_provider = "evil',
    '{}',
    'x]',
  ])('%j', async (payload) => {
    const server = await startStandIn({ models: [payload] });
    later(() => server.close());
    const [home, bin] = [await folder(), await folder()];
    const codex = `#!/bin/sh\n[ "$1" = --version ] && { echo codex-cli 0.169.0; exit; }\nfor a; do printf '%s\\0' "$a"; done > "${join(bin, 'argv')}"\n`;
    await writeFile(join(bin, 'codex'), codex, { mode: 0o755 });
    const ran = await cli(['run', '--direct', '--base-url', server.baseUrl, '--', 'exec', payload], {
      home,
      env: { PATH: bin },
    });
    expect([ran.code, ran.stderr]).toEqual([0, expect.any(String)]);
    const argv = execFileSync('/bin/cat', [join(bin, 'argv')], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);
    expect(argv.slice(-2)).toEqual(['exec', payload]);
    const values = argv.slice(0, -2);
    const set = new Map<string, unknown>();
    for (let at = 0; at < values.length; at += 2) {
      expect(values[at]).toBe('-c');
      const [, key = '', value = ''] = /^([^=]+)=([\s\S]*)$/.exec(values[at + 1] ?? '') ?? [];
      const document = readToml(`x = ${value}`);
      expect(Object.keys(document)).toEqual(['x']);
      set.set(key, document['x']);
    }
    expect(set.get('model')).toBe(payload);
    expect(set.get('model_provider')).toBe('lmdeploy');
    expect(set.get('model_providers.lmdeploy')).toMatchObject({ base_url: server.baseUrl });
    for (const key of set.keys()) expect(key).toMatch(/^[\w.]+$/);
  });
});
