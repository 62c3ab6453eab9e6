/** What of the arguments that a user passes to Codex matters before it starts. */
export interface PassedArguments {
  /** Codex refuses `--profile` twice (0.169.0), so where this is one, ours stays away. */
  readonly profile: string | undefined;
  readonly model: string | undefined;
}

/** Reads `-p`, `--profile`, `-m` and `--model` in every spelling that Codex takes; the last of several counts. Pure. */
export function passedArguments(args: readonly string[]): PassedArguments {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return { profile: lastOf(options, 'profile'), model: lastOf(options, 'model') };
}

function lastOf(args: readonly string[], name: string): string | undefined {
  const spelling = new RegExp(`^(?:--${name}(?:=(.*))?|-${name[0]}=?(.*))$`, 's');
  const values = args.flatMap((arg, index) => {
    const match = spelling.exec(arg);
    return match === null ? [] : [match[1] || match[2] || args[index + 1]];
  });
  return values.at(-1);
}
