import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../cli.js';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

const { packages } = lockFile.parse(JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')));

test('the lock file names a hash for each package, and no address', () => {
  const others = Object.entries(packages).filter(([path]) => path !== '');
  expect(others.length).toBeGreaterThan(100);
  expect(others.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(others.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
});

/** Where Node would find a package from another's folder. */
function placesOf(name: string, from: string): string[] {
  const here = join(from, 'node_modules', name);
  return from === '' || from === '.' ? [here] : [here, ...placesOf(name, dirname(from))];
}

test('the lock file has what each system needs, not only the one that it was made on', () => {
  const missing = Object.entries(packages).flatMap(([from, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !placesOf(name, from).some((place) => place in packages))
      .map((name) => `${name}, for ${from}`),
  );
  expect(missing).toEqual([]);
});
