import { gap, isGap } from './gaps.mjs';
import { callsOf, declared, functionAround, unwrapped } from './scopes.mjs';

/** More ways than these to fill a gap are named by the gap. */
const MOST = 12;
const MOST_CALLERS = 40;
const DEEPEST = 6;

/**
 * What a string in the source can read like, with `‹gaps›` where a value goes in: both ends of a condition, a constant's
 * text, and for a parameter the words that the callers give.
 *
 * @param node an expression, linked by parsedSource
 * @param given what parameters are bound to, by the declaration
 * @returns each way once
 */
export function readings(node, modules, given = new Map(), depth = 0) {
  const again = (other) => readings(other, modules, given, depth + 1);
  if (depth > DEEPEST) return [gap(node)];
  switch (node.type) {
    case 'Literal':
      return node.value === null ? [] : [String(node.value)];
    case 'TemplateLiteral': {
      const gaps = node.expressions.map(again);
      return combined(
        node.quasis.map(({ value }) => value.cooked),
        gaps,
        node.expressions.map(gap),
      );
    }
    case 'BinaryExpression':
      return node.operator === '+'
        ? combined(['', '', ''], [again(node.left), again(node.right)], ['…', '…'])
        : [gap(node)];
    case 'ConditionalExpression':
      return oneGap([...again(node.consequent), ...again(node.alternate)]);
    case 'LogicalExpression':
      return oneGap([...again(node.left), ...again(node.right)].filter((text) => text !== ''));
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return again(node.expression);
    case 'Identifier':
      return ofName(node, modules, given, depth);
    case 'MemberExpression':
      return ofEntry(node, modules, given, depth);
    case 'CallExpression':
      return ofCall(node, modules, given, depth);
    default:
      return [gap(node)];
  }
}

/** Values that stand for each other are one gap. */
function oneGap(texts) {
  return texts.every(isGap) ? texts.slice(0, 1) : unique(texts);
}

/** Quoting and cleaning leave the words as they are. */
const SAME_WORDS = ['quoted', 'shellWord', 'printable', 'withoutLogin', 'maskInText', 'String'];

function ofCall(node, modules, given, depth) {
  const [first] = node.arguments;
  const isSame = node.callee.type === 'Identifier' && SAME_WORDS.includes(node.callee.name);
  if (isSame && first) return readings(first, modules, given, depth + 1);
  const { object, property } = node.callee;
  if (object?.type === 'ArrayExpression' && property.name === 'join')
    return combined(
      ['', ...object.elements.slice(1).map(() => node.arguments[0].value), ''],
      object.elements.map((one) => readings(one, modules, given, depth + 1)),
      [],
    );
  const list = property?.name === 'join' ? declared(object, modules)?.init : null;
  const elements = list && unwrapped(list).elements;
  if (elements?.every(({ type }) => type === 'Literal'))
    return [elements.map(({ value }) => value).join(node.arguments[0].value)];
  return [gap(node)];
}

function ofName(node, modules, given, depth) {
  const found = declared(node, modules);
  if (found === null) return [gap(node)];
  if (given.has(found.key)) {
    const { expression, bound } = given.get(found.key);
    return named(node, readings(expression, modules, bound, depth + 1));
  }
  if (found.init) {
    const texts = readings(found.init, modules, given, depth + 1);
    return texts.some(isGap) && texts.length === 1 ? [gap(node)] : texts;
  }
  if (!found.function) return [gap(node)];
  const texts = callsOf(found.function, modules).flatMap((call) => {
    const argument = call.arguments[found.index];
    return argument ? readings(argument, modules, given, depth + 1) : [];
  });
  // Single words are values like any other, but for the names of options.
  const areWords = texts.every((text) => isGap(text) || text.includes(' ') || text.startsWith('--'));
  return texts.length === 0 || !areWords ? [gap(node)] : named(node, texts);
}

/** Where a caller only hands on a value of its own, the parameter's name says more. */
function named(node, texts) {
  const all = unique(texts.map((text) => (text === '' || isGap(text) ? gap(node) : text)));
  return all.length > MOST_CALLERS ? [gap(node)] : all;
}

/** The message of what is an error of a class of ours, as `instanceof` has said before. */
function ofMessage(node, modules, given, depth) {
  const around = functionAround(node);
  const seen = node.module.tests.findLast(
    ({ left, start, end }) =>
      left.name === node.object.name && start > (around?.start ?? 0) && end < node.start,
  );
  const all = [...modules.values()];
  const ours = all.flatMap(({ classes }) => classes).find(({ id }) => id.name === seen?.right.name);
  if (ours === undefined) return [gap(node)];
  const told = ours.module.calls.find(
    ({ callee, start, end }) => callee.type === 'Super' && start > ours.start && end < ours.end,
  );
  if (told) return readings(told.arguments[0], modules, given, depth + 1);
  const made = all.flatMap(({ news }) => news).filter(({ callee }) => callee.name === ours.id.name);
  return unique(made.flatMap((one) => readings(one.arguments[0], modules, given, depth + 1)));
}

/** A constant object's value by its name. */
function ofEntry(node, modules, given, depth) {
  if (node.property.name === 'message') return ofMessage(node, modules, given, depth);
  const object = unwrapped(declared(node.object, modules)?.init ?? node);
  if (object.type !== 'ObjectExpression' || node.computed) return [gap(node)];
  const entry = object.properties.find(({ key }) => (key?.name ?? key?.value) === node.property.name);
  return entry ? readings(entry.value, modules, given, depth + 1) : [gap(node)];
}

const unique = (texts) => [...new Set(texts)];

function combined(quasis, gaps, names) {
  const ways = gaps.reduce((product, { length }) => product * length, 1);
  const isTooMany = ways > MOST && gaps.filter(({ length }) => length > 1).length > 1;
  const filled = isTooMany ? gaps.map((texts, index) => (texts.length > 1 ? [names[index]] : texts)) : gaps;
  return unique(
    filled.reduce(
      (texts, fillings, index) =>
        texts.flatMap((text) => fillings.map((filling) => `${text}${filling}${quasis[index + 1]}`)),
      [quasis[0]],
    ),
  );
}
