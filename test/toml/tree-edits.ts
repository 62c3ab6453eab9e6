import type fc from 'fast-check';
import type { Edit } from '../../src/toml/edit.js';
import { readRaw } from '../../src/toml/raw.js';
import { Tape, tapes } from './tape.js';
import { DEEP, documentText, FIELDS, IDS, TABLES, TOP } from './trees.js';
import { rawValue } from './values.js';

type Path = [string, ...string[]];

/** A document and two lists of edits for it. The counterexample that a failure shows is this, not the tape. */
export const cases: fc.Arbitrary<{ text: string; edits: Edit[][] }> = tapes.map((numbers) => {
  const tape = new Tape(numbers);
  const edits = [editsOf(tape), editsOf(tape)];
  return { text: documentText(tape), edits };
});

/** Some edits of places that a document of `trees.ts` may have, none of them within another. */
function editsOf(tape: Tape): Edit[] {
  const edits: Edit[] = [];
  for (let count = 1 + tape.below(5); count > 0; count -= 1) {
    const one = anEdit(tape);
    if (!edits.some(({ path }) => isWithin(path, one.path) || isWithin(one.path, path))) edits.push(one);
  }
  return edits;
}

export function isWithin(path: readonly string[], table: readonly string[]): boolean {
  return table.every((name, index) => name === path[index]);
}

function anEdit(tape: Tape): Edit {
  const path = aPath(tape);
  const kind = tape.below(4);
  if (kind === 3)
    return { path: path.slice(0, 1 + tape.below(path.length)) as unknown as Path, remove: true };
  return kind === 2
    ? { path, raw: aRaw(tape) }
    : {
        path,
        set: tape.pick<string | number | boolean>('x', 1, true, '', 0.5, 'é"\\\n\u001b😀', 400_000, -0),
      };
}

function aPath(tape: Tape): Path {
  if (tape.rarely(3)) return [tape.pick(...(['new', 'wire.api', ...TOP] as Path))];
  const table = tape.pick(...(['model_providers', ...TABLES, 'new table'] as Path));
  if (tape.rarely(6)) return [table, 'author'];
  const id = tape.pick(...(['lmdeploy', ...IDS, 'new'] as Path));
  const field = tape.pick(...(FIELDS.slice(0, -1) as Path), 'wire_api', 'http_headers');
  return field === 'http_headers'
    ? [table, id, field, tape.pick(...(DEEP as Path), 'X-B')]
    : [table, id, field];
}

/** One that stands for a value: some texts of the generator's don't, such as a table that defines a key twice. */
function aRaw(tape: Tape): string {
  const raw = rawValue(tape);
  try {
    readRaw(raw);
    return raw;
  } catch {
    return '"raw"';
  }
}
