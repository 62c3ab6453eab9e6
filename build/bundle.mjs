// The package: src/ and what it is made with, in dist/, as a few files that load when they are needed.
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { licensesOf } from './licenses.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/** commander starts programs for subcommands that are files of their own. We have none, and it takes Node 3 ms to load. */
const withoutChildProcess = {
  name: 'commander-without-child-process',
  resolveId: (source, importer) =>
    source === 'node:child_process' && /[/\\]node_modules[/\\]commander[/\\]/.test(importer ?? '')
      ? '\0no-child-process'
      : null,
  load: (id) => (id === '\0no-child-process' ? 'module.exports = {};' : null),
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
      'settings|codex/(home|config|layers|projects|effective|provider-in-use|regular-file)|toml/(table|caret|refused|utf8|syntax-error|secret-lines|secret-names)',
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
  plugins: [withoutChildProcess],
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
  // The names stay: without them the trace that somebody reports tells nothing.
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  comments: false,
});
await copyFile(join(ROOT, 'src/bin.cjs'), join(DIST, 'bin.js'));
await writeFile(join(DIST, 'package.json'), '{ "type": "commonjs" }\n');
await writeFile(join(DIST, 'THIRD-PARTY-LICENSES.txt'), await licensesOf(output));
