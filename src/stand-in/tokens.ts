/**
 * The stand-in's own tokenizer: four characters a token, and as in real ones none goes over the blank before a word.
 * Real ones differ by model; what counts is that overflow, usage and the pieces of a stream all follow the same one.
 */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s?\S{1,4}|\s/gu) ?? [];
}
