import { ParseError } from 'toml-eslint-parser';
import { locate, type Table } from './locate.js';
import { Page } from './page.js';
import { readToml } from './read.js';
import { EditRefused } from './refused.js';

/** A text that was taken apart: its BOM or '', its lines, and where every key stands in them. */
export type Opened = { readonly bom: string; readonly page: Page; readonly root: Table };

/**
 * Takes a TOML text apart.
 *
 * @throws EditRefused where positions in it can't be trusted; TomlSyntaxError where it is no TOML.
 */
export function openToml(text: string): Opened {
  const { bom, page } = pageOf(text);
  try {
    return { bom, page, root: locate(page.text) };
  } catch (error) {
    readToml(text); // Where both parsers refuse, this one's error says more.
    if (error instanceof ParseError) throw new EditRefused([], error.lineNumber, error.message);
    // toml-eslint-parser 1.0.3 spreads a string's code points over the arguments of one call.
    if (error instanceof RangeError)
      throw new EditRefused([], null, 'it is nested too deeply, or a string in it is too long');
    throw error;
  }
}

/**
 * A text's BOM, or '', and its lines.
 *
 * @throws EditRefused for a carriage return alone, of which parsers disagree whether it ends a line.
 */
export function pageOf(text: string): { bom: string; page: Page } {
  const at = text.search(/\r(?!\n)/);
  if (at >= 0) {
    const line = text.slice(0, at).split('\n').length;
    throw new EditRefused([], line, 'a carriage return stands there without a line feed');
  }
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  return { bom, page: new Page(text.slice(bom.length)) };
}
