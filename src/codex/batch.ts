import type { Environment } from '../context.js';

/** What `spawn` is to start. */
export interface Startable {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows: the arguments are one command line already, in the quotes that it needs. */
  readonly windowsVerbatimArguments: boolean;
}

const META = /[()\][%!^"`<>&|;, *?]/g;

/**
 * How a program is started: as it is, or by `cmd.exe` where it is a batch file, as npm's shims on Windows are. Pure.
 *
 * @param args reach the program as they are, but for one with a line end: `cmd.exe` takes no such command
 */
export function startable(
  file: string,
  args: readonly string[],
  { platform, env }: { platform: NodeJS.Platform; env: Environment },
): Startable {
  if (platform !== 'win32' || !/\.(cmd|bat)$/i.test(file))
    return { file, args, windowsVerbatimArguments: false };
  const line = [file.replace(META, '^$&'), ...args.map(shielded)].join(' ');
  return {
    file: env['ComSpec'] ?? env['COMSPEC'] ?? 'cmd.exe',
    args: ['/d', '/s', '/c', `"${line}"`],
    windowsVerbatimArguments: true,
  };
}

/** Twice, for the shim hands its arguments on in a second command line, and each of them takes one layer off. */
function shielded(arg: string): string {
  const forC = `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  return forC.replace(META, '^$&').replace(META, '^$&');
}
