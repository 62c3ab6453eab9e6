import { callsOf, declared, functionAround, unwrapped } from './scopes.mjs';
import { readings } from './sentences.mjs';

/**
 * Every CliError that the source makes: one for each `new CliError`, and where a function makes it for its callers, one
 * for each of them.
 *
 * @returns `where` (`codex/home.ts:54`), `codes`, `messages` and `hints`: each way in which they can read. `codes` is
 *   empty where another error's code is handed on; `check` is there where it goes by what a check of doctor's found.
 */
export function thrownErrors(modules) {
  return [...modules.values()].flatMap(({ news }) =>
    news.filter(({ callee }) => callee.name === 'CliError').flatMap((node) => errorsOf(node, modules)),
  );
}

function errorsOf(node, modules) {
  const [code, message, hint] = node.arguments;
  const where = `${node.module.path}:${node.module.text.slice(0, node.start).split('\n').length}`;
  const table = tableOf(code, modules);
  if (table !== null)
    return [...table].map(([check, value]) => ({ where, codes: [value], messages: [], hints: [], check }));
  const errors = boundBy(node, modules).map((given) => ({
    where,
    codes: readings(code, modules, given).filter((text) => !text.includes('‹')),
    messages: readings(message, modules, given),
    hints: readings(hint, modules, given),
    check: null,
  }));
  const told = new Map(errors.map((error) => [JSON.stringify(error), error]));
  return [...told.values()];
}

/** A message and its hint belong together: they are taken from one call. */
function boundBy(node, modules) {
  const maker = functionAround(node);
  const isUsed = maker?.params.some((param) => mentions(node, param, modules));
  const calls = isUsed ? callsOf(maker, modules) : [];
  if (calls.length === 0) return [new Map()];
  return calls.map((call) => {
    const pairs = maker.params.map((param, index) => [
      param,
      { expression: call.arguments[index], bound: new Map() },
    ]);
    return new Map(pairs.filter(([, { expression }]) => expression !== undefined));
  });
}

function mentions(node, param, modules) {
  return node.module.identifiers.some(
    (one) => one.start >= node.start && one.end <= node.end && declared(one, modules)?.key === param,
  );
}

/** `const code = TABLE[id]`: the table's names and values. */
function tableOf(code, modules) {
  const init = declared(code, modules)?.init;
  const object =
    init?.type === 'MemberExpression' && init.computed ? declared(init.object, modules)?.init : null;
  const entries = object && unwrapped(object).properties;
  return entries ? new Map(entries.map(({ key, value }) => [key.value ?? key.name, value.value])) : null;
}
