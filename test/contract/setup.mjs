#!/usr/bin/env node
// Installs LMDeploy's serving layer, every release of releases.json, into .contract/ beside the sources; and each version
// that is named behind it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const home = resolve(here, '../../.contract');
const releases = JSON.parse(readFileSync(join(here, 'releases.json'), 'utf8'));
const torch = process.env.CONTRACT_TORCH ?? 'torch==2.13.0';

/** What the serving layer imports. No torchvision: one that does not match its torch breaks the import. */
const SERVING = [
  'transformers==4.57.*',
  ...'fastapi uvicorn pydantic numpy pillow prometheus_client psutil requests shortuuid'.split(' '),
  ...'partial_json_parser pybase64 mmengine-lite fire aiohttp openai>=2.45 openai_harmony'.split(' '),
  ...'sentencepiece tiktoken pyzmq safetensors einops cloudpickle accelerate protobuf'.split(' '),
  // What openai below 2.45 needs beside them.
  ...'httpx anyio distro sniffio jiter tqdm'.split(' '),
  // For tool_choice "required".
  ...'xgrammar apache-tvm-ffi'.split(' '),
];

const say = (text) => process.stdout.write(`${text}\n`);

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

const answers = (program, args) => spawnSync(program, args, { encoding: 'utf8' }).status === 0;
const uv = answers('uv', ['--version']);
const run = (program, args) => execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });

/** LMDeploy has wheels for these; newer Pythons lack some of what it needs. */
function findPython() {
  const names = [process.env.CONTRACT_PYTHON, 'python3.11', 'python3.12', 'python3.10', 'python3'];
  const check = 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))';
  const found = names.find((name) => name && answers(name, ['-c', check]));
  return found ?? fail('The contract suite needs Python 3.10, 3.11 or 3.12: name one in CONTRACT_PYTHON.');
}

const python = join(home, 'venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

function install(...args) {
  if (uv) run('uv', ['pip', 'install', '--quiet', '--python', python, ...args]);
  else run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args]);
}

/** Does a step once: a file says that it is done, and for what. */
function step(name, title, what, work) {
  const done = join(home, `${name}.done`);
  const wanted = JSON.stringify(what);
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  say(title);
  work();
  writeFileSync(done, wanted);
}

/** The plain index gives a CUDA build of torch on Linux: several gigabytes that nothing here uses. */
function refuseCuda() {
  if (process.env.CONTRACT_CUDA) return;
  const args = ['-m', 'pip', 'install', '--quiet', '--dry-run', '--report', '-', torch];
  const { status, stdout } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) return;
  const packages = JSON.parse(stdout).install.map(({ metadata }) => metadata.name);
  const cuda = packages.filter((name) => /^(nvidia|cuda)[-_]/i.test(name));
  if (cuda.length === 0) return;
  fail(
    `pip would install a CUDA build of ${torch}, with ${cuda.length} more packages: about 3 GB down and 7 GB on disk.\n` +
      'Name the CPU build in CONTRACT_TORCH (a requirement or the path of a wheel), with its index in PIP_INDEX_URL\n' +
      'or PIP_EXTRA_INDEX_URL as PyTorch documents it; or set CONTRACT_CUDA=1 to take the CUDA build all the same.',
  );
}

mkdirSync(home, { recursive: true });
step('venv', `A virtual environment in ${home}`, { uv }, () => {
  if (uv) run('uv', ['venv', '--quiet', '--seed', '--clear', '--python', findPython(), join(home, 'venv')]);
  else run(findPython(), ['-m', 'venv', '--clear', join(home, 'venv')]);
});
step('torch', `${torch} (CPU build: about 200 MB down, 700 MB on disk)`, torch, () => {
  refuseCuda();
  // By pip, also where uv does the rest: what was looked at is then what is installed.
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', torch]);
});
step('serving', 'What the serving layer needs (about 250 MB down, 900 MB on disk)', SERVING, () =>
  install(...SERVING),
);
step('openai-old', 'openai<2.45 for LMDeploy 0.14 to 0.16 (about 3 MB)', 'openai<2.45', () =>
  // Without what it needs: the newer one's are there, and another pydantic would clash.
  install('--no-deps', '--target', join(home, 'openai-old'), 'openai<2.45'),
);
for (const version of new Set([...releases.map(({ lmdeploy }) => lmdeploy), ...process.argv.slice(2)]))
  step(`lmdeploy-${version}`, `LMDeploy ${version} (105 MB down, 390 MB on disk)`, version, () =>
    install('--no-deps', '--target', join(home, `lmdeploy-${version}`), `lmdeploy==${version}`),
  );
say('The contract suite is set up: npm run test:contract');
