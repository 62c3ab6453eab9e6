import type { CliError } from './errors.js';

/**
 * What stood behind one flag, as a typed value. Not by zod, which takes longer to load than the quick commands take.
 *
 * @param refuse makes the error to throw for a value that is none of this flag's
 */
export type Reader<T> = (given: string, refuse: (message: string) => CliError) => T;

/** The same with what commander has for a flag that was not given, or that stands alone. */
type Field<T> = (given: unknown, refuse: (message: string) => CliError) => T;

type Fields = Readonly<Record<string, Field<unknown>>>;

type Optional<F extends Fields> = {
  [K in keyof F]: undefined extends ReturnType<F[K]> ? K : never;
}[keyof F];

/** The values of a command's flags. */
export type Read<F extends Fields> = {
  [K in Exclude<keyof F, Optional<F>>]: ReturnType<F[K]>;
} & { [K in Optional<F>]?: ReturnType<F[K]> };

/** Reads them all; what is no field of the command's is left out. */
export function readFlags<F extends Fields>(
  fields: F,
  raw: Readonly<Record<string, unknown>>,
  refuse: (message: string) => CliError,
): Read<F> {
  const values = Object.entries(fields).map(([name, field]) => [name, field(raw[name], refuse)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Read<F>;
}

/** A flag without a value. */
export function flag(unless: boolean): Field<boolean> {
  return (given) => (given as boolean | undefined) ?? unless;
}

/** One that may be left to what was before. */
export const unsetFlag: Field<boolean | undefined> = (given) => given as boolean | undefined;

export function optional<T>(reader: Field<T> | Reader<T>): Field<T | undefined> {
  return (given, refuse) => (given === undefined ? undefined : reader(given as string, refuse));
}

export function otherwise<T>(value: T, reader: Reader<T>): Field<T> {
  return (given, refuse) => (given === undefined ? value : reader(given as string, refuse));
}

/** A flag whose value may be left out. */
export function alone<T>(value: T, reader: Reader<T>): Field<T> {
  return (given, refuse) => (given === true ? value : reader(given as string, refuse));
}

/** One that `--no-` takes away: false. */
export function negatable<T>(reader: Reader<T>): Field<T | false> {
  return (given, refuse) => (given === false ? false : reader(given as string, refuse));
}

/** One that may be given several times; its values, each once. */
export function several<T>(reader: Reader<T>): Field<T[]> {
  return (given, refuse) => [...new Set((given as string[]).map((one) => reader(one, refuse)))];
}

export function filled(wrong: string): Reader<string> {
  return matching(/./s, wrong);
}

export function matching(pattern: RegExp, wrong: string): Reader<string>;
export function matching<T>(pattern: RegExp, wrong: string, as: (text: string) => T): Reader<T>;
export function matching(pattern: RegExp, wrong: string, as: (text: string) => unknown = (text) => text) {
  return (given: string, refuse: (message: string) => CliError) => {
    if (pattern.test(given)) return as(given);
    throw refuse(wrong);
  };
}

export function oneOf<const T extends string>(values: readonly T[], wrong: string): Reader<T> {
  return (given, refuse) => {
    const value = values.find((one) => one === given);
    if (value !== undefined) return value;
    throw refuse(wrong);
  };
}
