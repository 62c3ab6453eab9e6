import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './versions.mjs';

const LIMIT_MS = 120_000;
const isWindows = process.platform === 'win32';

/**
 * The newest Codex of the registry that npm is set up to use.
 *
 * @throws Error that says what npm said
 */
export function newestCodex() {
  const args = ['view', '@openai/codex', 'version', '--json', '--loglevel=error', '--fetch-retries=0'];
  const version = JSON.parse(said('npm', args, isWindows) || 'null');
  return sound(version, 'npm');
}

/** LMDeploy's wheels are for Linux; they are looked for from everywhere. */
const WHEELS = ['2014', '_2_17', '_2_24', '_2_27', '_2_28', '_2_31', '_2_34', '_2_35', '_2_39'].flatMap(
  (tag) => ['--platform', `manylinux${tag}_x86_64`],
);

/**
 * The newest LMDeploy of the index that pip is set up to use; no pre-release.
 *
 * @throws Error that says what pip said
 */
export function newestLmdeploy() {
  const target = [...WHEELS, '--python-version', '3.11', '--implementation', 'cp', '--only-binary', ':all:'];
  const asking = [
    '-m',
    'pip',
    'index',
    'versions',
    'lmdeploy',
    '--retries',
    '0',
    '--disable-pip-version-check',
  ];
  const first = said(python(), [...asking, ...target]).split('\n')[0];
  return sound(/^lmdeploy \((\S+)\)/.exec(first)?.[1], 'pip');
}

/** pip 21.2 or newer is needed, which each of these has. */
function python() {
  const venv = join(ROOT, '.contract/venv', isWindows ? 'Scripts/python.exe' : 'bin/python');
  const names = [process.env.CONTRACT_PYTHON, existsSync(venv) ? venv : '', 'python3', 'python'];
  const has = (name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0;
  const found = names.find((name) => name && has(name));
  if (found === undefined) throw new Error('there is no Python with pip here: name one in CONTRACT_PYTHON');
  return found;
}

function said(program, args, shell = false) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    shell,
  });
  if (error) throw new Error(`${program}: ${error.message}`);
  if (status === 0) return stdout;
  // npm says a code first and where its log is last, pip the reason last.
  const errors = stderr
    .split('\n')
    .filter((line) => /^(npm )?error\S* (?!code |A complete log)\S/i.test(line));
  throw new Error(errors.at(-1)?.trim() || `${program} ended with ${status}`);
}

function sound(version, by) {
  if (typeof version === 'string' && /^\d+(\.\d+)+/.test(version)) return version;
  throw new Error(`${by} named no version`);
}
