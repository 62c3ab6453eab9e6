import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { ROOT, scratch } from './cli.js';

/** How a Codex was started; `PID` in its environment is its own. */
interface Started {
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
  /** The path of a file in `$SEEN`. */
  at(name: string): string;
}

export interface RecordingOptions {
  /** What it does, in shell; `$SEEN` is a folder of its own. */
  readonly script?: string;
  readonly version?: string;
  /** Whether the real one answers where it is only asked what it sends and which catalog it takes; else nobody does. */
  readonly isReal?: boolean;
}

/** A Codex that writes down how a session was started. */
export async function recordingCodex({
  script = 'exit 0',
  version = '0.169.0',
  isReal = false,
}: RecordingOptions = {}): Promise<RecordingCodex> {
  const folder = await scratch();
  const [bin, seen] = [join(folder, 'bin'), join(folder, 'seen')];
  await mkdir(bin);
  await mkdir(seen);
  const program = `#!/bin/sh
SEEN='${seen}'
case "$*" in
  --version) echo codex-cli ${version}; exit ;;
  'debug models'* | 'exec --skip-git-repo-check Say hello.') ${isReal ? `exec '${join(ROOT, 'node_modules/.bin/codex')}' "$@"` : 'exit 1'} ;;
esac
printf '%s\\0' "$@" > "$SEEN/args"
PID=$$ env -0 > "$SEEN/env.part" && mv "$SEEN/env.part" "$SEEN/env"
${script}
`;
  await writeFile(join(bin, 'codex'), program, { mode: 0o755 });
  const read = (name: string) => readFile(join(seen, name), 'utf8').catch(() => null);
  const list = async (name: string) => (await read(name))?.split('\0').slice(0, -1);
  return {
    seen: read,
    at: (name) => join(seen, name),
    path: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    async started() {
      const [env, args] = [await list('env'), await list('args')];
      if (env === undefined || args === undefined) return null;
      const pairs = env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
      return { args, env: Object.fromEntries(pairs) as Record<string, string> };
    },
  };
}
