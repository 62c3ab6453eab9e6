const COMMANDS = 'init|doctor|models|print|env|run|bridge|remove|demo|completion';
const OURS = new RegExp(`(?<![\\w/.-]|npx )codex-lmdeploy (?=(?:${COMMANDS})\\b)`, 'g');

/**
 * Text whose commands of ours can be pasted as they are: who has called the program by `npx` has none of that name.
 *
 * @param self how this program was started, as words
 */
export function asCalled(self: readonly string[]): (text: string) => string {
  const isNpx = self.some((word) => /[\\/]_npx[\\/]/.test(word));
  return isNpx ? (text) => text.replace(OURS, 'npx codex-lmdeploy ') : (text) => text;
}
