import { TomlSyntaxError } from './syntax-error.js';

/**
 * The text of a file's bytes, a BOM included.
 *
 * @throws TomlSyntaxError with the place of the first byte that is not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const good = decodeWhatCan(bytes);
    const lines = good.split('\n');
    const column = (lines.at(-1)?.length ?? 0) + 1;
    // `>` of Windows PowerShell writes UTF-16 with this mark.
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const reason = isUtf16 ? 'the file is UTF-16, not UTF-8' : 'a byte is not UTF-8';
    const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    throw new TomlSyntaxError(reason, isUtf16 ? '' : lenient, lines.length, column);
  }
}

function decodeWhatCan(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let good = '';
  try {
    for (const [index] of bytes.entries())
      good += decoder.decode(bytes.subarray(index, index + 1), { stream: true });
  } catch {
    // What came before the bad byte is what was asked for.
  }
  return good;
}
