import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startable } from '../../src/codex/batch.js';

const windows = { platform: 'win32', env: { ComSpec: 'C:\\Windows\\cmd.exe' } } as const;

/** One reading of a line by cmd.exe: `^` shields the next character, but not in quotes; a bare special ends it all. */
function readByCmd(line: string): string {
  let out = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const c = line[at] ?? '';
    if (c === '"') quoted = !quoted;
    if (c === '^' && !quoted) {
      at += 1;
      out += line[at] ?? '';
      continue;
    }
    if (!quoted && /[&|<>()]/.test(c)) throw new Error(`cmd.exe would obey the ${c} at ${at} of ${line}`);
    if (c === '%' && /^%[^%^]+%/.test(line.slice(at))) throw new Error(`a variable at ${at} of ${line}`);
    out += c;
  }
  return out;
}

/** The arguments as a C program on Windows takes them apart. */
function readByC(line: string): string[] {
  const args: string[] = [];
  let arg: string | null = null;
  let quoted = false;
  for (let at = 0; at < line.length; ) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const next = line[at + slashes];
    if (slashes > 0) {
      arg = (arg ?? '') + '\\'.repeat(next === '"' ? Math.floor(slashes / 2) : slashes);
      at += slashes;
      if (next === '"' && slashes % 2 === 1) {
        arg += '"';
        at += 1;
      }
    } else if (next === '"') {
      quoted = !quoted;
      arg ??= '';
      at += 1;
    } else if (next === ' ' && !quoted) {
      if (arg !== null) args.push(arg);
      arg = null;
      at += 1;
    } else {
      arg = (arg ?? '') + next;
      at += 1;
    }
  }
  return arg === null ? args : [...args, arg];
}

/** What the program behind npm's shim gets: cmd.exe reads the line, then the shim's own with `%*` in it. */
function received(args: readonly string[]): string[] {
  const shim = 'C:\\npm\\codex.cmd';
  const { file, args: its, windowsVerbatimArguments } = startable(shim, args, windows);
  expect({ file, windowsVerbatimArguments }).toEqual({
    file: 'C:\\Windows\\cmd.exe',
    windowsVerbatimArguments: true,
  });
  const [d, s, c, quotedLine = ''] = its;
  expect([d, s, c]).toEqual(['/d', '/s', '/c']);
  // With /s the outermost quotes go, and nothing else.
  const once = readByCmd(quotedLine.slice(1, -1));
  expect(once.startsWith(shim)).toBe(true);
  return readByC(readByCmd(once.slice(shim.length + 1)));
}

test('what Codex gets through a shim of npm is what was meant', () => {
  const args = [
    ...[
      '-c',
      'model="Qwen/Qwen3.5"',
      '-c',
      'model_providers.lmdeploy={ name = "a & b", base_url = "http://x/v1" }',
    ],
    ...['exec', 'say "hi" & del *', '100%', '%PATH%', '', 'C:\\folder\\', '\\\\"', '^', '(x)|y>z', '!A!'],
  ];
  expect(received(args)).toEqual(args);
});

test('whatever it is, on one line', () => {
  const dangerous = fc.constantFrom(...'"\\^%&|<>()! *?;,`[]=ab');
  fc.assert(
    fc.property(fc.array(fc.string({ unit: dangerous, maxLength: 12 }), { maxLength: 4 }), (args) => {
      expect(received(args)).toEqual(args);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['linux', '/bin/codex'],
  ['linux', '/bin/codex.cmd'],
  ['win32', 'C:\\codex.exe'],
] as const)('on %s %s starts as it is', (platform, file) => {
  const args = ['a "b"'];
  expect(startable(file, args, { platform, env: {} })).toEqual({
    file,
    args,
    windowsVerbatimArguments: false,
  });
});
