import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The folders of the packages that stand in a bundle.
 *
 * @param output what rolldown wrote
 */
function packagesIn(output) {
  const modules = output.flatMap((chunk) => Object.entries(chunk.modules ?? {}));
  const folders = modules
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(id.replace(/^\0/, ''))?.[0]);
  return [...new Set(folders.filter(Boolean))].sort();
}

/** The licences of all packages in a bundle, as one text. Throws where one has none. */
export async function licensesOf(output) {
  const texts = await Promise.all(packagesIn(output).map(licenseIn));
  return `codex-lmdeploy is made with these packages, which are part of it.\n\n${texts.join('\n\n')}\n`;
}

async function licenseIn(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e(\.(md|txt))?$/i.test(one));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const text = await readFile(join(folder, file), 'utf8');
  const title = `${name} ${version} (${license})`;
  return `${title}\n${'-'.repeat(title.length)}\n\n${text.trim()}`;
}
