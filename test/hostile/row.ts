import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { errorDocument, initDocument, modelsDocument } from '../../src/documents.js';
import { readToml } from '../../src/toml/read.js';
import { cli, type Ran } from '../cli.js';

import { folder } from './ground.js';

const BEFORE = '# mine\n';
/** Sent with every request, and never to be seen again. */
export const KEY = 'sk-hostile-0123456789';

/** A server's behaviour, and a fresh server that behaves so. */
export interface Row {
  readonly name: string;
  readonly serve: () => Promise<string>;
  /** Seconds for each probe; long unless the row is about waiting, so that a busy machine changes nothing. */
  readonly timeout?: number;
  /** It goes on until the client goes away; a turn has no limit of its own, for a model may think for long. */
  readonly endless?: true;
  readonly env?: Record<string, string> | (() => Promise<Record<string, string>>);
}

/** What a row adds to the environment of who asks its server. */
export async function envOf({ env = {} }: Row): Promise<Record<string, string>> {
  return typeof env === 'function' ? env() : env;
}

/** What each command made of a server. Each had one of its own, since some servers remember. */
export interface Seen {
  readonly init: Ran;
  readonly initJson: Ran;
  readonly doctor: Ran;
  readonly models: Ran;
  readonly modelsJson: Ran;
  /** The config that `init --yes --json` left. */
  readonly config: string;
  /** Whether either `init` wrote anything. */
  readonly wrote: boolean;
}

/** Shows a row's server to every command. */
export async function look(row: Row): Promise<Seen> {
  const home = async () => {
    const path = await folder();
    await writeFile(join(path, 'config.toml'), BEFORE);
    return path;
  };
  const ask = async (at: string, ...words: string[]) => {
    const args = [...words, await row.serve(), '--timeout', String(row.timeout ?? 20)];
    const env = { NO_COLOR: '1', LMDEPLOY_API_KEY: KEY, ...(await envOf(row)) };
    return clean(await cli(args, { home: at, env }));
  };
  const homes = [await home(), await home(), await home()] as const;
  const [init, initJson, doctor, models, modelsJson] = await Promise.all([
    ask(homes[0], 'init', '--yes', '--no-verify'),
    ask(homes[1], 'init', '--yes', '--no-verify', '--json'),
    ask(homes[2], 'doctor', '--only', 'server,model,responses'),
    ask(homes[2], 'models'),
    ask(homes[2], 'models', '--json'),
  ]);
  const left = await Promise.all(
    homes.map(async (path) => ({
      files: await readdir(path),
      config: await readFile(join(path, 'config.toml'), 'utf8'),
    })),
  );
  const untouched = { files: ['config.toml'], config: BEFORE };
  expect(left[2], 'doctor and models write nothing').toEqual(untouched);
  const wrote = left.slice(0, 2).some((one) => JSON.stringify(one) !== JSON.stringify(untouched));
  return { init, initJson, doctor, models, modelsJson, config: left[1]?.config ?? '', wrote };
}

/** What holds for every output, whatever the server did. */
export function clean(ran: Ran): Ran {
  for (const text of [ran.stdout, ran.stderr]) {
    expect(text).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/,
    );
    expect(text).not.toMatch(/bug of codex-lmdeploy|^\s+at /m);
    expect(text).not.toContain(KEY);
  }
  return ran;
}

/** A sentence of one line that a terminal can show, and the next step under it. */
const ERROR = /^error: ([^\n]{1,600})\n {2}→ ([^\n]{1,600})\n$/;

/** No command can work with this server, and each says why; `init` writes nothing. */
export function refused(seen: Seen, code: string, words: RegExp): void {
  for (const ran of [seen.init, seen.initJson, seen.models, seen.modelsJson]) {
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(ERROR) });
    expect(ERROR.exec(ran.stderr)?.[1]).toMatch(words);
  }
  for (const ran of [seen.init, seen.models]) expect(ran.stdout).toBe('');
  for (const ran of [seen.initJson, seen.modelsJson]) {
    const { error } = errorDocument.parse(JSON.parse(ran.stdout));
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
  }
  expect(seen.doctor).toMatchObject({ code: 1, stderr: '' });
  expect(problems(seen.doctor, '✗').map(({ detail }) => detail)).toContainEqual(expect.stringMatching(words));
  expect(seen.wrote).toBe(false);
}

/** The same of one `init --yes --json`. */
export function refusedAlone(ran: Ran & { wrote: boolean }, code: string, words: RegExp): void {
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(ERROR), wrote: false });
  const { error } = errorDocument.parse(JSON.parse(ran.stdout));
  expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
}

/** `init` alone can't do its work; the server answers the other commands. */
export function undecided(seen: Seen, code: string, words: RegExp): void {
  for (const ran of [seen.init, seen.initJson]) {
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(ERROR) });
    expect(ERROR.exec(ran.stderr)?.[1]).toMatch(words);
  }
  expect(errorDocument.parse(JSON.parse(seen.initJson.stdout)).error.code).toBe(code);
  expect(seen.wrote).toBe(false);
}

/** The server serves the model, so `init` writes, and warns of what `doctor` fails. */
export function warned(seen: Seen, check: string, words: RegExp): void {
  const { warnings } = set(seen);
  expect(warnings).toContainEqual(
    expect.objectContaining({ id: check, detail: expect.stringMatching(words) }),
  );
  expect(seen.init.stderr).toMatch(new RegExp(`^! ${check.replace('.', '\\.')}: `, 'm'));
  expect(seen.doctor).toMatchObject({ code: 1, stderr: '' });
  expect(problems(seen.doctor, '✗')).toContainEqual({ id: check, detail: expect.stringMatching(words) });
  for (const { detail } of problems(seen.doctor, '✗')) expect(detail.length).toBeLessThan(600);
}

/** The same of one `init --yes --json`. */
export function warnedAlone(ran: Ran & { wrote: boolean }, check: string, words: RegExp): void {
  expect(ran).toMatchObject({ code: 0, wrote: true });
  const { warnings } = initDocument.parse(JSON.parse(ran.stdout));
  const detail = expect.stringMatching(words);
  expect(warnings).toContainEqual(expect.objectContaining({ id: check, detail }));
}

/** Whatever the server did, each command ended as a command may end. */
export function orderly(seen: Seen): void {
  for (const ran of [seen.init, seen.initJson, seen.models, seen.modelsJson]) {
    expect([0, 2]).toContain(ran.code);
    if (ran.code === 2) expect(ran.stderr).toMatch(ERROR);
  }
  if (seen.init.code === 2 && seen.initJson.code === 2) expect(seen.wrote).toBe(false);
  expect([0, 1]).toContain(seen.doctor.code);
  for (const json of [seen.initJson, seen.modelsJson])
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 1, ok: json.code === 0 });
}

/** The front of these tests collects each stream before it passes it on; where that takes a second, it is seen. */
const COLLECTED = /came only together with the last one/;

/** Nothing is wrong with this server. */
export function sound(seen: Seen): void {
  const found = [...set(seen).warnings, ...problems(seen.doctor, '✗'), ...problems(seen.doctor, '!')];
  expect(found.filter(({ detail }) => !COLLECTED.test(detail))).toEqual([]);
  expect(seen.doctor).toMatchObject({ code: 0, stderr: '' });
}

/** `init` wrote: its document. */
function set(seen: Seen) {
  expect(seen.init).toMatchObject({ code: 0, stdout: '' });
  expect(seen.initJson).toMatchObject({ code: 0 });
  const document = initDocument.parse(JSON.parse(seen.initJson.stdout));
  expect(document.ok && document.changed).toBe(true);
  // A parser reads back the name that the server gave, whatever is in it.
  expect(readToml(seen.config)['model']).toBe(document.model);
  expect(seen.models.code).toBe(0);
  expect(modelsDocument.parse(JSON.parse(seen.modelsJson.stdout)).models[0]?.id).toBe(document.model);
  return document;
}

/** The lines of a report for one symbol: the check, and what stands under it. */
function problems(doctor: Ran, symbol: '✗' | '!'): { id: string; detail: string }[] {
  return doctor.stdout.split('\n').flatMap((line, index, lines) => {
    const id = line.startsWith(`${symbol} `) ? line.split(/ +/)[1] : undefined;
    return id === undefined ? [] : [{ id, detail: (lines[index + 1] ?? '').trim() }];
  });
}
