import { importedPath } from './parsed-source.mjs';

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** The calls of a function, in all of the source; where it is handed on under its own name, the calls there too. */
export function callsOf(target, modules) {
  const name = target.id?.name ?? target.parent.id?.name;
  if (name === undefined) return [];
  const all = [...modules.values()];
  const isHandedOn = target.module.identifiers.some(
    (one) => one.name === name && one.parent.type === 'CallExpression' && one.parent.arguments.includes(one),
  );
  return all.flatMap(({ calls }) =>
    calls.filter(({ callee, arguments: given }) => {
      if (callee.type !== 'Identifier' || callee.name !== name) return false;
      const found = declared(callee, modules);
      if (found === null) return false;
      if (found.key === target || unwrapped(found.init ?? found.key) === target) return true;
      return isHandedOn && found.function && given.length === target.params.length;
    }),
  );
}

/** The function around a node. */
export function functionAround(node) {
  let around = node.parent;
  while (around !== null && !FUNCTIONS.includes(around.type)) around = around.parent;
  return around;
}

/**
 * Where a name is from.
 *
 * @returns `key`, the same for every use of the name; `init`, what a constant is; `function` and `index`, whose parameter
 *   it is. null for what is none of these.
 */
export function declared(node, modules) {
  if (node?.type !== 'Identifier') return null;
  for (let around = node.parent; around !== null; around = around.parent) {
    if (FUNCTIONS.includes(around.type)) {
      const index = around.params.findIndex((one) => (one.left ?? one).name === node.name);
      if (index >= 0) return { key: around.params[index], function: around, index };
    }
    const body = Array.isArray(around.body) ? around.body : [];
    for (const statement of body) {
      const found = inStatement(statement.declaration ?? statement, node.name, modules);
      if (found !== null) return found;
    }
  }
  return null;
}

function inStatement(statement, name, modules) {
  if (statement.type === 'FunctionDeclaration' && statement.id?.name === name) return { key: statement };
  if (statement.type === 'VariableDeclaration' && statement.kind === 'const') {
    const found = statement.declarations.find(({ id }) => id.name === name);
    return found?.init ? { key: found, init: found.init } : null;
  }
  if (statement.type !== 'ImportDeclaration') return null;
  const specifier = statement.specifiers.find(({ local }) => local.name === name);
  const from = specifier && modules.get(importedPath(statement.module.path, statement.source.value));
  if (!from) return null;
  for (const one of from.program.body) {
    const found = one.declaration && inStatement(one.declaration, specifier.imported.name, modules);
    if (found) return found;
  }
  return null;
}

export function unwrapped(node) {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression')
    return unwrapped(node.expression);
  return node;
}
