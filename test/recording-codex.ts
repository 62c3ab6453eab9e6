import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scratch } from './cli.js';

/** How a Codex was started. */
export interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface RecordingCodex {
  /** What PATH has to be for it to be found. */
  readonly path: string;
  /** How it was started last, but for being asked its version; null: not at all. */
  started(): Promise<Started | null>;
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
env -0 > "$SEEN/env.part" && mv "$SEEN/env.part" "$SEEN/env"
${then}
`;
  await writeFile(join(bin, 'codex'), script, { mode: 0o755 });
  const read = async (name: string) => {
    const text = await readFile(join(seen, name), 'utf8').catch(() => null);
    return text?.split('\0').slice(0, -1);
  };
  return {
    path: `${bin}:/usr/bin:/bin`,
    async started() {
      const [env, args] = [await read('env'), await read('args')];
      if (env === undefined || args === undefined) return null;
      const pairs = env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
      return { args, env: Object.fromEntries(pairs) as Record<string, string> };
    },
  };
}
