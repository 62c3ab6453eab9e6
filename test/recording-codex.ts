import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scratch } from './cli.js';

/** How a Codex was started; `PID` in its environment is its own. */
export interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface RecordingCodex {
  /** What PATH has to be for it to be found. */
  readonly path: string;
  /** How it was started last, but for being asked its version; null: not at all. */
  started(): Promise<Started | null>;
  /** A file that it left in `$SEEN`, or null. */
  seen(name: string): Promise<string | null>;
}

/**
 * A Codex that writes down how it was started, and then does what a line of shell says.
 *
 * @param then `$SEEN` is a folder of its own
 */
export async function recordingCodex(then = 'exit 0', version = '0.169.0'): Promise<RecordingCodex> {
  const folder = await scratch();
  const [bin, seen] = [join(folder, 'bin'), join(folder, 'seen')];
  await mkdir(bin);
  await mkdir(seen);
  const script = `#!/bin/sh
SEEN='${seen}'
if [ "$*" = --version ]; then echo codex-cli ${version}; exit; fi
printf '%s\\0' "$@" > "$SEEN/args"
PID=$$ env -0 > "$SEEN/env.part" && mv "$SEEN/env.part" "$SEEN/env"
${then}
`;
  await writeFile(join(bin, 'codex'), script, { mode: 0o755 });
  const read = (name: string) => readFile(join(seen, name), 'utf8').catch(() => null);
  const list = async (name: string) => (await read(name))?.split('\0').slice(0, -1);
  return {
    seen: read,
    path: `${bin}:/usr/bin:/bin`,
    async started() {
      const [env, args] = [await list('env'), await list('args')];
      if (env === undefined || args === undefined) return null;
      const pairs = env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
      return { args, env: Object.fromEntries(pairs) as Record<string, string> };
    },
  };
}
