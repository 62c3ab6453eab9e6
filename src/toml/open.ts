import { ParseError } from 'toml-eslint-parser';
import { locate, type Table } from './locate.js';
import { Page } from './page.js';
import { readToml } from './read.js';
import { EditRefused } from './refused.js';

/** A text made ready for finding places in it. */
export interface Opened {
  /** The mark that the file begins with, or nothing. */
  readonly bom: string;
  /** The text without it. */
  readonly page: Page;
  readonly root: Table;
}

/** @throws EditRefused; TomlSyntaxError where `text` is no TOML */
export function openPage(text: string): Opened {
  refuseLoneReturn(text);
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const page = new Page(text.slice(bom.length));
  return { bom, page, root: locateIn(text, page) };
}

function refuseLoneReturn(text: string): void {
  const at = text.search(/\r(?!\n)/);
  if (at < 0) return;
  const line = text.slice(0, at).split('\n').length;
  throw new EditRefused([], line, 'a carriage return stands there without a line feed');
}

function locateIn(text: string, page: Page): Table {
  try {
    return locate(page.text);
  } catch (error) {
    readToml(text); // Where both parsers refuse, this one's error says more.
    if (error instanceof ParseError) throw new EditRefused([], error.lineNumber, error.message);
    if (error instanceof RangeError) throw new EditRefused([], null, 'it is nested too deeply');
    throw error;
  }
}
