import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { parseSync } from 'rolldown/utils';

export const ROOT = resolve(import.meta.dirname, '..');

/**
 * Every TypeScript file of a folder as rolldown's own parser reads it: TypeScript 7 brings no stable one.
 *
 * @param folder beside which the modules' paths stand, as src/
 * @returns by path (`codex/home.ts`): the syntax tree, whose nodes know their `parent`, and what is imported
 */
export function parsedSource(folder = join(ROOT, 'src')) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return new Map(
    names.sort().map((name) => [name, parsedModule(name, readFileSync(join(folder, name), 'utf8'))]),
  );
}

/** One file of them. */
export function parsedModule(path, text) {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const module = { path, text, program, calls: [], news: [], identifiers: [], classes: [], tests: [] };
  link(program, null, module);
  return module;
}

function link(node, parent, module) {
  node.parent = parent;
  node.module = module;
  if (node.type === 'CallExpression') module.calls.push(node);
  if (node.type === 'NewExpression') module.news.push(node);
  if (node.type === 'Identifier') module.identifiers.push(node);
  if (node.type === 'ClassDeclaration') module.classes.push(node);
  if (node.operator === 'instanceof') module.tests.push(node);
  for (const child of childrenOf(node)) link(child, node, module);
}

function childrenOf(node) {
  return Object.entries(node)
    .filter(([key]) => key !== 'parent' && key !== 'module')
    .flatMap(([, value]) => value)
    .filter((value) => typeof value?.type === 'string');
}

/**
 * What a module of src/ takes from others there, by import, export or `import()`.
 *
 * @returns their paths, and whether only types are taken
 */
export function importsOf({ path, program }) {
  const found = [];
  const see = (node) => {
    if (typeof node.source?.value === 'string') {
      const onlyTypes =
        [node.importKind, node.exportKind].includes('type') ||
        node.type === 'TSImportType' ||
        areTypes(node.specifiers);
      found.push({ to: importedPath(path, node.source.value), onlyTypes });
    }
    for (const child of childrenOf(node)) see(child);
  };
  see(program);
  return found.filter(({ to }) => to?.endsWith('.ts'));
}

function areTypes(specifiers = []) {
  return specifiers.length > 0 && specifiers.every(({ importKind }) => importKind === 'type');
}

/** The module of src/ that an import names; null for a package. */
export function importedPath(from, source) {
  if (!source.startsWith('.')) return null;
  const path = new URL(source, `file:///${from}`).pathname.slice(1);
  return path.replace(/\.js$/, '.ts');
}
