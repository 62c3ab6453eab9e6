import { resolve } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '..');

/**
 * What modules of src/ export, for a script that can't read TypeScript.
 *
 * @param paths below src/, as `toml/edit.ts`
 */
export async function fromSource(...paths) {
  return import(`data:text/javascript,${encodeURIComponent(await moduleOf(...paths))}`);
}

/** The text of one module that exports the same, for a process that is to hold nothing else. */
export async function moduleOf(...paths) {
  const lines = paths.map((path) => `export * from ${JSON.stringify(resolve(ROOT, 'src', path))};`);
  const all = {
    name: 'all-of-them',
    resolveId: (id) => (id === 'all' ? '\0all' : null),
    load: (id) => (id === '\0all' ? lines.join('\n') : null),
  };
  const bundle = await rolldown({ cwd: ROOT, input: 'all', platform: 'node', plugins: [all] });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
  return output[0].code;
}
