import { CliError } from '../errors.js';
import { excerptWithCaret } from '../toml/caret.js';
import type { TomlTable } from '../toml/read.js';
import { EditRefused } from '../toml/refused.js';
import { TomlSyntaxError } from '../toml/syntax-error.js';
import { maskInText } from '../ui/mask.js';
import { printable } from '../ui/printable.js';
import { readConfigFile } from './home.js';
import { type ProviderBlock, providerBlock } from './provider.js';

/** A config file as it was found. */
export type ConfigRead =
  | { readonly state: 'absent'; readonly path: string }
  | { readonly state: 'unreadable'; readonly path: string; readonly error: CliError }
  | { readonly state: 'broken'; readonly path: string; readonly error: CliError }
  | {
      readonly state: 'read';
      readonly path: string;
      readonly text: string;
      readonly document: TomlTable;
      /** The table of the provider in question. */
      readonly block: ProviderBlock | null;
    };

/** Reads and parses `config.toml`. What stands in the way is part of the answer. */
export async function readConfig(path: string, providerId: string): Promise<ConfigRead> {
  try {
    const text = await readConfigFile(path);
    if (text === null) return { state: 'absent', path };
    const { readToml } = await import('../toml/read.js');
    const document = readToml(text);
    return { state: 'read', path, text, document, block: providerBlock(document, providerId) };
  } catch (error) {
    if (error instanceof TomlSyntaxError) return { state: 'broken', path, error: broken(path, error) };
    if (error instanceof CliError) return { state: 'unreadable', path, error };
    throw error;
  }
}

/** The error for a file that is no TOML: file, line, column, and the line itself. */
function broken(path: string, error: TomlSyntaxError): CliError {
  const place = `${path}:${error.line}:${error.column}`;
  const excerpt = excerptWithCaret(withoutLogins(error), printableLine);
  return new CliError(
    'config-syntax',
    `${place}: ${printable(error.message)}`,
    `Correct line ${error.line}:`,
    excerpt,
  );
}

/**
 * What kept a file from being planned upon, as an error with the place in it; anything else comes back as it is.
 *
 * @param hint what to do where a key is spelled in a way that can't be changed safely
 */
export function planFailure(path: string, error: unknown, hint: string): unknown {
  if (error instanceof TomlSyntaxError) return broken(path, error);
  if (!(error instanceof EditRefused)) return error;
  const place = error.line === null ? path : `${path}:${error.line}`;
  return new CliError('edit-refused', `${place}: ${printable(error.message)}`, hint);
}

/** An address that was never closed holds its password as any other does. */
function withoutLogins(error: TomlSyntaxError): Pick<TomlSyntaxError, 'excerpt' | 'excerptColumn'> {
  const excerpt = maskInText(error.excerpt);
  if (excerpt === error.excerpt) return error;
  return { excerpt, excerptColumn: Math.min(error.excerptColumn, excerpt.length + 1) };
}

/** A tab is what the caret counts on. */
function printableLine(part: string): string {
  return part.split('\t').map(printable).join('\t');
}
