// The package: src/ and what it is made with, in dist/, as a few files that load when they are needed.
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { licensesOf } from './licenses.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/**
 * What a short command would load for nothing: commander's way to start subcommands that are files of their own, which takes
 * Node 3 ms, and the module of the process that is there anyway, which takes 1 ms.
 */
const INSTEAD = [
  ['node:child_process', /[/\\]node_modules[/\\]commander[/\\]/, 'module.exports = {};'],
  ['node:process', /[/\\]node_modules[/\\]commander[/\\]/, 'module.exports = process;'],
  ['node:process', inSource('main|context|standard-output'), 'export default process;'],
];

const lessToLoad = {
  name: 'less-to-load',
  resolveId(source, importer = '') {
    const index = INSTEAD.findIndex(([name, where]) => source === name && where.test(importer));
    return index < 0 ? null : `\0instead:${index}`;
  },
  load: (id) => (id.startsWith('\0instead:') ? INSTEAD[Number(id.slice(9))][2] : null),
};

/**
 * What the commands that are done at once load, in two files: each file takes longer to open than to read. Whatever else
 * is shared goes into files by who shares it.
 */
const TOGETHER = [
  {
    name: 'terminal',
    test: inSource(
      'ui/(as-called|palette|printable|progress|shell-word|terminal)|flag|options|document|doctor/titles|codex/(provider|profile|version)|lmdeploy/address',
    ),
  },
  {
    name: 'config',
    test: inSource(
      'settings|commands/env|codex/(home|config|layers|projects|effective|provider-in-use|regular-file)|toml/(table|caret|refused|utf8|syntax-error|secret-lines|secret-names)',
    ),
  },
];

function inSource(names) {
  return new RegExp(`[/\\\\]src[/\\\\](${names.replaceAll('/', '[/\\\\]')})\\.ts$`);
}

await rm(DIST, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: ROOT,
  input: { main: 'src/main.ts' },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  plugins: [lessToLoad],
  transform: { target: 'node20.19' },
});
// CommonJS starts in less time than modules do, and bin.js is to be read by every Node.
const { output } = await bundle.write({
  dir: DIST,
  format: 'cjs',
  strict: true,
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  codeSplitting: { groups: TOGETHER, includeDependenciesRecursively: false },
  // The names of functions stay: without them the trace that somebody reports tells nothing.
  minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
  comments: false,
});
await copyFile(join(ROOT, 'src/bin.cjs'), join(DIST, 'bin.js'));
await writeFile(join(DIST, 'package.json'), '{ "type": "commonjs" }\n');
await writeFile(join(DIST, 'THIRD-PARTY-LICENSES.txt'), await licensesOf(output));
