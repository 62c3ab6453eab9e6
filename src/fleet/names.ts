import { createHash } from 'node:crypto';

const LONGEST = 40;

/**
 * A short name for each model, for a path, a profile or a file: the readable part of the model's own, with a hash behind it
 * where another one would have the same. The order of the models changes nothing. Pure.
 *
 * @param taken names that are somebody else's
 */
export function namesFor(
  models: readonly string[],
  taken: ReadonlySet<string> = new Set(),
): Map<string, string> {
  const plain = models.map(plainName);
  return new Map(
    models.map((model, index) => {
      const name = plain[index] ?? '';
      const isAlone = plain.indexOf(name) === plain.lastIndexOf(name) && !taken.has(name);
      return [model, isAlone ? name : `${name}-${hash(model)}`];
    }),
  );
}

/** Whether `namesFor` may have given a model this name. Pure. */
export function isNameFor(name: string, model: string): boolean {
  const plain = plainName(model);
  return name === plain || name === `${plain}-${hash(model)}`;
}

function plainName(model: string): string {
  const last = model.toLowerCase().split('/').filter(Boolean).at(-1) ?? '';
  const name = last
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
  return name === '' ? 'model' : name;
}

function hash(model: string): string {
  return createHash('sha256').update(model).digest('hex').slice(0, 8);
}
