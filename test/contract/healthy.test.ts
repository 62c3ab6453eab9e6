import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';
import { CA_FILE, certificate } from '../hostile/tls.js';
import { RECORDINGS } from '../recordings.js';
import { gateway } from './gateway.js';
import { NEWEST, RELEASES, type Real, type RealOptions, type Release, startReal } from './real.js';

/** Something that a user has, on which `init` and then `doctor` run. */
interface Row {
  readonly title: string;
  /** The ids of the checks that warn. */
  readonly warns: readonly string[];
  /** The ids of those that can't tell. */
  readonly skips?: readonly string[];
  /** What stands in `config.toml` before. */
  readonly before?: string;
  readonly init?: readonly string[];
  /** Flags for both. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where the user sees the server. */
  readonly address?: (baseUrl: string) => Promise<string>;
}

interface Setup {
  readonly title: string;
  readonly release: Release;
  readonly options: RealOptions;
  readonly rows: readonly Row[];
}

/** True of every config without a model catalog. */
const IMAGES = 'codex.images';
const KEY = { LMDEPLOY_API_KEY: 'dummy' };

const SETUPS: readonly Setup[] = [
  {
    title: 'without keys',
    release: NEWEST,
    options: { parser: 'qwen3' },
    rows: [
      { title: 'what init writes by itself', warns: [IMAGES] },
      { title: 'a profile', flags: ['--profile'], warns: [] },
      { title: 'a profile with a name', flags: ['--profile', 'local'], warns: [] },
      {
        title: 'a catalog in config.toml, lean, with the compact prompt',
        init: ['--catalog', '--lean', '--prompt', 'compact'],
        warns: [],
      },
      { title: 'no key variable', init: ['--no-env-key'], env: {}, warns: [IMAGES] },
      { title: 'another key variable', init: ['--env-key', 'MY_KEY'], env: { MY_KEY: 'x' }, warns: [IMAGES] },
      { title: 'another provider id', flags: ['--provider-id', 'gpu-box'], warns: [IMAGES] },
      {
        title: 'no images at all',
        before: '[features]\nview_image = false\n',
        warns: [],
      },
      {
        title: "another provider's config",
        before: `# mine
model = "gpt-5"
model_provider = "openrouter"
model_reasoning_effort = "high"

[model_providers.openrouter]
name = "OpenRouter"
base_url = "https://openrouter.ai/api/v1"
env_key = "OPENROUTER_API_KEY"

[projects."/home/someone"]
trust_level = "trusted"
`,
        warns: [IMAGES],
      },
      {
        title: 'an MCP server and web search',
        before: 'web_search = "live"\n\n[mcp_servers.files]\ncommand = "true"\n',
        warns: ['codex.mcp', IMAGES, 'codex.websearch'],
      },
      {
        title: 'behind a path prefix',
        address: (baseUrl) => gateway(baseUrl, { prefix: '/llm' }),
        warns: [IMAGES],
      },
      {
        title: 'behind https of a private CA',
        env: { ...KEY, CODEX_CA_CERTIFICATE: CA_FILE },
        address: async (baseUrl) => gateway(baseUrl, { tls: await certificate('good') }),
        warns: [IMAGES],
      },
      {
        title: 'behind https and a path prefix, as a profile',
        flags: ['--profile'],
        env: { ...KEY, CODEX_CA_CERTIFICATE: CA_FILE },
        address: async (baseUrl) => gateway(baseUrl, { prefix: '/llm', tls: await certificate('good') }),
        warns: [],
      },
    ],
  },
  {
    title: 'with keys and a LoRA adapter',
    release: NEWEST,
    options: { parser: 'qwen3', apiKeys: ['other', 'right'], adapters: ['sql'] },
    rows: [
      {
        title: 'the key in the variable',
        init: ['--model', 'tiny-qwen3'],
        env: { LMDEPLOY_API_KEY: 'right' },
        warns: [IMAGES],
      },
      {
        title: 'the adapter as the model',
        init: ['--model', 'sql'],
        env: { LMDEPLOY_API_KEY: 'right' },
        warns: [IMAGES],
      },
      {
        title: "a token in the user's own block",
        before: '[model_providers.lmdeploy]\nexperimental_bearer_token = "right"\n',
        init: ['--model', 'tiny-qwen3'],
        env: {},
        warns: [IMAGES],
      },
    ],
  },
  {
    title: 'that thinks, with both parsers',
    release: NEWEST,
    options: { parser: 'qwen3coder', reasoningParser: 'default', thinks: true },
    rows: [{ title: 'what init writes by itself', warns: [IMAGES] }],
  },
  {
    title: 'that thinks, without --reasoning-parser',
    release: NEWEST,
    options: { parser: 'qwen3', thinks: true },
    rows: [{ title: 'what init writes by itself', warns: ['responses.reasoning', IMAGES] }],
  },
  {
    title: 'with a small window',
    release: NEWEST,
    options: { parser: 'qwen3', sessionLength: 30_000 },
    rows: [{ title: 'what init writes by itself', warns: ['responses.context', IMAGES] }],
  },
  ...RELEASES.filter(({ release, standIn }) => release === standIn && release !== NEWEST.release).flatMap(
    (release): Setup[] => {
      // Up to 0.15 no tokens of thoughts are counted, so a short one may be kept back unseen.
      const skips = release.told === '0.14-0.15' ? ['responses.reasoning'] : [];
      return [
        {
          title: 'with --tool-call-parser qwen3',
          release,
          options: { parser: 'qwen3' },
          // init has switched goals off; tools of MCP servers that take no arguments remain.
          rows: [
            {
              title: 'what init writes by itself',
              warns: ['server.release', 'responses.arguments', IMAGES],
              skips,
            },
          ],
        },
        {
          title: 'with --tool-call-parser qwen3coder',
          release,
          options: { parser: 'qwen3coder' },
          rows: [{ title: 'a profile', flags: ['--profile'], warns: ['server.release'], skips }],
        },
      ];
    },
  ),
];

/** Runs `init` in a fresh home and `doctor` after it: what `doctor` says of each check. */
async function examined({ before, init = [], flags = [], env = KEY, address }: Row, baseUrl: string) {
  const home = join(await scratch(), 'home');
  await mkdir(home);
  if (before !== undefined) await writeFile(join(home, 'config.toml'), before);
  const url = (await address?.(baseUrl)) ?? baseUrl;
  const world = { home, env: { PATH: PATH_WITH_CODEX, XDG_CACHE_HOME: RECORDINGS, ...env } };
  const written = await cli(['init', url, '--yes', ...init, ...flags], world);
  expect(written, written.stderr).toMatchObject({ code: 0 });
  const { code, stdout } = await cli(['doctor', '--json', ...flags], world);
  const { checks, server } = doctorDocument.parse(JSON.parse(stdout));
  expect(server?.baseUrl).toBe(url);
  return { code, checks };
}

describe.each(SETUPS)('LMDeploy $release.release $title', ({ release, options, rows }) => {
  let real: Real;

  beforeAll(async () => {
    real = await startReal(release, options);
  });

  afterAll(() => real?.close());

  test.each(rows.map((row) => [row.title, row.warns.join(', ') || 'nothing', row] as const))(
    '%s: nothing fails, and it warns of %s',
    async (_, __, row) => {
      const { code, checks } = await examined(row, real.baseUrl);
      const having = (wanted: string) => checks.filter(({ status }) => status === wanted);
      expect(having('fail')).toEqual([]);
      expect(having('warn').map(({ id }) => id)).toEqual(row.warns);
      expect(having('skip').map(({ id }) => id)).toEqual(row.skips ?? []);
      expect(code).toBe(0);
    },
  );
});
