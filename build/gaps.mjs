/** A gap that says what goes in: `‹config path›` for `home.configPath`. */
export function gap(node) {
  return `‹${wordsOf(node) || '…'}›`;
}

function wordsOf(node) {
  switch (node.type) {
    case 'Identifier':
      return node.name.replace(/([a-z])([A-Z])|_/g, '$1 $2').toLowerCase();
    case 'MemberExpression': {
      const property = node.computed ? '' : wordsOf(node.property);
      if (property === 'length') return `number of ${wordsOf(node.object)}`;
      return property === 'message' ? `${wordsOf(node.object)}'s message` : property;
    }
    case 'TSAsExpression':
    case 'AwaitExpression':
    case 'ChainExpression':
    case 'TSNonNullExpression':
      return wordsOf(node.expression ?? node.argument);
    case 'CallExpression': {
      const [first] = node.arguments;
      const { object, property } = node.callee;
      const isOnObject = object && ['join', 'trim', 'replace', 'toString'].includes(property.name);
      if (object?.name === 'Object' || !isOnObject) return first ? wordsOf(first) : wordsOf(node.callee);
      return wordsOf(object);
    }
    default:
      return '';
  }
}

/** Whether nothing but a gap is there. */
export const isGap = (text) => /^‹[^‹›]*›$/.test(text);
