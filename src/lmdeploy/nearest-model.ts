/** The served name that somebody who wrote `wanted` most likely meant: same but for case, same last part, or the first. */
export function nearestModel(wanted: string, served: readonly string[]): string {
  const last = (name: string) => name.toLowerCase().split(/[/\\]/).filter(Boolean).at(-1) ?? '';
  const guesses: ((name: string) => boolean)[] = [
    (name) => name.toLowerCase() === wanted.toLowerCase(),
    (name) => last(name) === last(wanted),
    (name) => last(name).startsWith(last(wanted)) || last(wanted).startsWith(last(name)),
  ];
  for (const guess of guesses) {
    const found = served.find(guess);
    if (found !== undefined) return found;
  }
  return served[0] ?? '';
}
