import iarna from '@iarna/toml';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EditRefused, edit } from '../../src/toml/edit.js';
import { readExactly } from '../../src/toml/read.js';
import { TomlSyntaxError } from '../../src/toml/syntax-error.js';
import { FUZZ_FEW } from './runs.js';
import { cases } from './tree-edits.js';

/** @iarna/toml takes names that every object has for keys that are there already. */
const OF_OBJECTS = /toString|valueOf|hasOwnProperty|constructor|__proto__/g;

/** One that was written with an escape, and so was not seen. */
const ESCAPED = new RegExp(`"(${OF_OBJECTS.source})"`);

/** What both parsers get to read: @iarna/toml 2.2.5 refuses a BOM, and a comment before CRLF. */
function plain(text: string): string {
  return text.replace('\uFEFF', '').replaceAll('\r\n', '\n').replace(OF_OBJECTS, 'an-$&');
}

/** null where it refuses the text, which says nothing: it reads TOML 0.5. */
function thirdReading(text: string): Map<string, string> | null {
  try {
    return meaning(iarna.parse(text));
  } catch (error) {
    if (error instanceof Error && error.name === 'TomlError') return null;
    throw error;
  }
}

/** Every scalar by its path, without what only one of the two parsers tells: 1 from 1.0, and a time's offset. */
function meaning(value: unknown, path: readonly string[] = []): Map<string, string> {
  const key = JSON.stringify(path);
  if (value instanceof Date) {
    const hasOffset = /[-+]\d\d:\d\d$/.test(value.toISOString());
    return new Map([[key, `date ${(hasOffset ? new Date(value.getTime()) : value).toISOString()}`]]);
  }
  if (typeof value !== 'object' || value === null)
    return new Map([[key, `${typeof value === 'string'} ${value}`]]);
  const inner = Object.entries(value).flatMap(([name, one]) => [...meaning(one, [...path, name])]);
  return new Map([[key, Array.isArray(value) ? 'array' : 'table'], ...inner]);
}

test('a third parser that can read the text before and after agrees', () => {
  const seen = { edited: 0, agreed: 0 };
  fc.assert(
    fc.property(cases, ({ text, edits: [edits = []] }) => {
      let after: string;
      try {
        after = edit(text, edits);
      } catch (error) {
        if (error instanceof EditRefused || error instanceof TomlSyntaxError) return;
        throw error;
      }
      seen.edited += 1;
      const readings = [text, after].map((one) => {
        const third = thirdReading(plain(one));
        return { third, ours: meaning(readExactly(plain(one))) };
      });
      if (readings.some(({ third }) => third === null)) return;
      if (readings.some(({ ours }) => [...ours.keys()].some((path) => ESCAPED.test(path)))) return;
      seen.agreed += 1;
      for (const { third, ours } of readings) expect(third).toEqual(ours);
    }),
    FUZZ_FEW,
  );
  // About one text in five: the others hold TOML 1.1, or what 1.0 has and 0.5 has not.
  expect(seen.agreed).toBeGreaterThan(seen.edited / 10);
});
