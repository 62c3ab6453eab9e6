import type { Command, Option } from 'commander';
import { CHOICES } from '../choices.js';
import type { Context } from '../context.js';
import { EXIT } from '../errors.js';
import { servedModels, where } from './complete-models.js';

/** Stands for "folders": the shell knows them better. */
const FOLDERS = '\t';

/**
 * `__complete`: what can stand in the place of the last word, one a line. Silent where it does not know.
 *
 * @param program the commands as declared
 * @param words what stands behind the program's name, the last one unfinished
 */
export async function complete(
  context: Context,
  program: Command,
  words: readonly (string | undefined)[],
): Promise<number> {
  const typed = words.map((word) => word ?? '');
  const found = await candidates(context, program, typed.slice(0, -1), typed.at(-1) ?? '').catch(() => []);
  for (const word of found) context.stdout.write(`${word}\n`);
  return EXIT.done;
}

async function candidates(
  context: Context,
  program: Command,
  before: readonly string[],
  word: string,
): Promise<string[]> {
  const starting = (all: readonly string[]) => all.filter((one) => one.startsWith(word));
  const visible = program.createHelp().visibleCommands(program);
  if (before.length === 0) return starting(visible.map((command) => command.name()));
  if (before[0] === 'help') return starting(visible.map((one) => one.name()));
  const command = visible.find((one) => one.name() === before[0]);
  // What stands behind "--" is Codex's.
  if (command === undefined || before.includes('--')) return [];
  const inline = /^(--[^=]+)=(.*)$/s.exec(word);
  const option = named(command, inline?.[1] ?? before.at(-1));
  if (
    option !== undefined &&
    (option.required || inline !== null || (option.optional && takesNext(option, word)))
  ) {
    const values = await valuesOf(option, context, before, inline?.[2] ?? word);
    if (inline === null) return values;
    // The shells' own folders would stand in the place of the whole word.
    return values.filter((value) => value !== FOLDERS).map((value) => `${inline[1]}=${value}`);
  }
  if (word.startsWith('-'))
    return starting(
      command
        .createHelp()
        .visibleOptions(command)
        .flatMap(({ long }) => long ?? []),
    );
  const place = positionals(command, before.slice(1));
  const isManager = place === 1 && before[0] === 'print' && before.includes('service');
  const argument = isManager ? 'manager' : (command.registeredArguments[place]?.name() ?? '');
  return starting(choices(argument));
}

function named(command: Command, flag: string | undefined): Option | undefined {
  return command.options.find(({ long, short }) => flag !== undefined && (flag === long || flag === short));
}

function positionals(command: Command, words: readonly string[]): number {
  return words.filter((word, index) => {
    const previous = named(command, words[index - 1]);
    return !word.startsWith('-') && previous?.required !== true;
  }).length;
}

function choices(name: string): readonly string[] {
  return Object.hasOwn(CHOICES, name) ? CHOICES[name as keyof typeof CHOICES] : [];
}

async function valuesOf(
  option: Option,
  context: Context,
  before: readonly string[],
  word: string,
): Promise<string[]> {
  const name = option.attributeName();
  if (name === 'only' || name === 'skip') return checkIds(word);
  if (name === 'codexHome') return [FOLDERS];
  if (name === 'profile') return (await profiles(context, before)).filter((one) => one.startsWith(word));
  const all = name === 'model' ? await servedModels(context, before) : choices(name);
  return all.filter((one) => one.startsWith(word));
}

/** `--profile` may stand alone, so what comes next is its value only where it can be no option. */
function takesNext(option: Option, word: string): boolean {
  return option.attributeName() === 'profile' && !word.startsWith('-');
}

async function profiles(context: Context, words: readonly string[]): Promise<string[]> {
  const [{ codexHome }, { profileNames }] = await Promise.all([
    import('../codex/home.js'),
    import('../codex/profile-names.js'),
  ]);
  return profileNames(codexHome(context, { codexHome: where(words)['codexHome'] }));
}

/** Ids and groups behind the last comma, each with what stands before it. */
async function checkIds(word: string): Promise<string[]> {
  const { CHECKS } = await import('../doctor/checks/index.js');
  const start = word.slice(0, word.lastIndexOf(',') + 1);
  const given = start.split(',');
  const groups = CHECKS.map(({ id }) => id.split('.')[0] ?? '');
  return [...new Set([...groups, ...CHECKS.map(({ id }) => id)])]
    .filter((id) => !given.includes(id))
    .map((id) => start + id)
    .filter((id) => id.startsWith(word));
}
