import { changes, earlyOf } from './changes.js';
import { openToml, pageOf } from './open.js';
import { partsOf } from './parts.js';
import { quoteKey, quoteScalar, type Scalar } from './quote.js';
import { readRaw } from './raw.js';
import { EditRefused } from './refused.js';
import { spliced } from './splice.js';
import { TomlSyntaxError } from './syntax-error.js';
import { type Edit, verify } from './verify.js';

export { type Edit, EditRefused, type Scalar };

/**
 * A TOML text with the edits made and every other byte as it was. Nothing is guessed: what can't be done safely is
 * refused, and a second parser has checked what comes back. The same edits once more change nothing.
 *
 * @throws EditRefused; TomlSyntaxError where `text` is no TOML.
 */
export function edit(text: string, edits: readonly Edit[]): string {
  refuseUnwritable(edits);
  refuseOverlap(edits);
  return editParts(text, edits) ?? editWhole(text, edits);
}

/** The same with positions from the whole text; it is what tells why something is refused. */
export function editWhole(text: string, edits: readonly Edit[]): string {
  const after = made(text, edits);
  verify(text, after, edits);
  return after;
}

function made(text: string, edits: readonly Edit[]): string {
  const { bom, page, root } = openToml(text);
  const early = earlyOf(root, edits);
  if (early.length === 0 || early.length === edits.length)
    return bom + page.close(spliced(page.text, changes(page, root, edits)));
  const late = edits.filter((one) => !early.includes(one));
  return made(made(text, early), late);
}

/** The same with positions from those parts that matter; null where a guess at them didn't do. */
function editParts(text: string, edits: readonly Edit[]): string | null {
  try {
    const { bom, page } = pageOf(text);
    // Between parts that stand apart, a neighbour's line ending may not be that of the line before.
    if (page.text.includes('\r\n') && /(?<!\r)\n/.test(page.text)) return null;
    const parts = partsOf(page, edits);
    const { page: part, root } = openToml(parts.text);
    if (earlyOf(root, edits).length > 0) return null;
    const after = bom + page.close(spliced(page.text, changes(part, root, edits).map(parts.back)));
    verify(text, after, edits);
    return after;
  } catch (error) {
    if (error instanceof EditRefused || error instanceof TomlSyntaxError) return null;
    throw error;
  }
}

function refuseUnwritable(edits: readonly Edit[]): void {
  for (const one of edits) {
    try {
      one.path.forEach(quoteKey);
      if ('set' in one) quoteScalar(one.set);
      if ('raw' in one) readRaw(one.raw);
    } catch (error) {
      if (error instanceof EditRefused) throw new EditRefused(one.path, null, error.reason);
      throw error;
    }
  }
}

/** Two edits of one place have no order: all positions are those of the text as it came. */
function refuseOverlap(edits: readonly Edit[]): void {
  for (const [index, { path }] of edits.entries()) {
    const isWithin = (other: Edit) => other.path.every((name, depth) => name === path[depth]);
    if (edits.some((other, otherIndex) => otherIndex !== index && isWithin(other)))
      throw new EditRefused(path, null, 'two of the edits are about it');
  }
}
