import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, onTestFinished } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import type { Script } from '../../src/stand-in/script.js';
import { type StandIn, type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX, scratch, type World } from '../cli.js';
import { launchIn } from './launch.js';

/** The model that the config names and the server serves. */
export const MODEL = 'Qwen/Qwen3.5-35B-A3B';
const run = promisify(execFile);

/** A user's machine on which everything is right, until a row breaks it. */
export interface Machine {
  /** Below it lie `home` (CODEX_HOME), `user` (HOME), `system` (/etc/codex), `work` (the working directory) and `bin`. */
  readonly folder: string;
  server: StandIn;
  /** The text of the healthy `config.toml`. */
  readonly config: string;
  env: Record<string, string>;
  args: string[];
  cwd: string;
  temporaryFolder?: string;
  /** Writes a file, by its path below the folder. */
  write(path: string, text: string, mode?: number): Promise<void>;
  /** The healthy `config.toml` with a text replaced, or with lines before or behind it. */
  edit(from: string, to: string): Promise<void>;
  prepend(lines: string): Promise<void>;
  append(lines: string): Promise<void>;
  /** Replaces a text in a file as it is now. */
  rewrite(path: string, from: string, to: string): Promise<void>;
  /** Has Codex use another address than that of the server. */
  address(root: string): Promise<void>;
  /** Ends the server, and starts it again on its port as it was but for these. */
  relaunch(changes: StandInOptions): Promise<void>;
  /** Whether a file of the system's was written, in the place of /etc/codex. */
  writesSystem(): boolean;
}

/** Where what was recorded of the real Codex stays from row to row. */
const cache = mkdtemp(join(tmpdir(), 'codex-lmdeploy-faults-'));
afterAll(async () => rm(await cache, { recursive: true, force: true, maxRetries: 10 }));

export const AGREEABLE = '#!/bin/sh\necho codex-cli 0.169.0\n';
const TOOLS = [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);

/** What of a machine is a row's to say. */
export interface Setup {
  /** The real Codex, where its opinion counts; else one that says its version and takes any config. */
  readonly real?: true;
  readonly server?: StandInOptions;
  /** What the model says, by how its server was launched; else it greets. */
  readonly speaks?: (launched: StandInOptions) => Script;
}

export async function machine({ server: options = {}, real, speaks }: Setup = {}): Promise<Machine> {
  const folder = await scratch();
  let launched = options;
  const start = () => startStandIn({ ...launched, ...(speaks && { script: speaks(launched) }) });
  const server = await start();
  for (const name of ['home', 'user', 'system', 'work', 'bin']) await mkdir(join(folder, name));
  let system = false;
  const write: Machine['write'] = async (path, text, mode = 0o644) => {
    system ||= path.startsWith('system/');
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
    await chmod(join(folder, path), mode);
  };
  const config = `model = "${MODEL}"
model_provider = "lmdeploy"

[features]
view_image = false

[model_providers.lmdeploy]
name = "LMDeploy"
base_url = "${server.baseUrl}"
env_key = "LMDEPLOY_API_KEY"
wire_api = "responses"
`;
  await write('home/config.toml', config);
  if (!real) await write('bin/codex', AGREEABLE, 0o755);
  const the: Machine = {
    folder,
    server,
    config,
    env: {
      PATH: real ? PATH_WITH_CODEX : [join(folder, 'bin'), TOOLS].join(delimiter),
      HOME: join(folder, 'user'),
      CODEX_HOME: join(folder, 'home'),
      XDG_CACHE_HOME: await cache,
      LMDEPLOY_API_KEY: 'dummy',
    },
    args: [],
    cwd: join(folder, 'work'),
    write,
    edit: (from, to) => {
      expect(config).toContain(from);
      return write('home/config.toml', config.replace(from, to));
    },
    rewrite: async (path, from, to) => {
      const before = await readFile(join(folder, path), 'utf8');
      expect(before).toContain(from);
      await write(path, before.replace(from, to), 0o600);
    },
    prepend: (lines) => write('home/config.toml', `${lines}\n${config}`),
    append: (lines) => write('home/config.toml', `${config}${lines}\n`),
    writesSystem: () => system,
    address: (root) => the.edit(server.baseUrl, `${root}/v1`),
    relaunch: async (changes) => {
      await the.server.close();
      launched = { ...launched, port: server.port, ...changes };
      the.server = await start();
    },
  };
  onTestFinished(() => the.server.close());
  return the;
}

function worldOf({ folder, env, cwd, temporaryFolder }: Machine): World {
  const [home, userHome, systemFolder] = [join(folder, 'home'), join(folder, 'user'), join(folder, 'system')];
  // An empty CODEX_HOME counts as none.
  return {
    ...{ home, userHome, systemFolder, cwd },
    ...(temporaryFolder !== undefined && { temporaryFolder }),
    env: { CODEX_HOME: '', ...env },
  };
}

/** What doctor has to say there, but for what passes or can't be looked at. */
export async function findings(machine: Machine) {
  const { code, stdout } = await cli(['doctor', '--json', ...machine.args], worldOf(machine));
  const { checks } = doctorDocument.parse(JSON.parse(stdout));
  const found = checks.filter(({ status }) => status === 'fail' || status === 'warn');
  expect(code).toBe(found.some(({ status }) => status === 'fail') ? 1 : 0);
  return found;
}

/**
 * Does what a remedy says: `init` in this process, a launch line with the stand-in, everything else in a shell, whose
 * variables stay.
 */
export async function apply(remedy: string, machine: Machine): Promise<void> {
  const launch = launchIn(remedy);
  if (launch !== null) return machine.relaunch(launch);
  const commands = (remedy.split('   #')[0] ?? '').split(/ && (?=codex-lmdeploy )/);
  for (const command of commands)
    await (command.startsWith('codex-lmdeploy ') ? ours(command, machine) : shell(command, machine));
}

async function ours(command: string, machine: Machine): Promise<void> {
  const words = (command.match(/'[^']*'|\S+/g) ?? []).slice(1).map((word) => word.replaceAll("'", ''));
  const { code, stderr } = await cli([...words, '--yes'], worldOf(machine));
  expect(code, stderr).toBe(0);
}

async function shell(command: string, machine: Machine): Promise<void> {
  const script = `${command}\nenv -0`;
  const { stdout } = await run('/bin/sh', ['-e', '-c', script], { env: machine.env, cwd: machine.cwd });
  machine.env = Object.fromEntries(
    stdout.split('\0').flatMap((line) => {
      const [, name = '', value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(line) ?? [];
      return name === '' || name === '_' ? [] : [[name, value]];
    }),
  );
}
