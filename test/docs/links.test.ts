import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli.js';

const markdown = async (folder: string) =>
  (await readdir(join(ROOT, folder)))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const PAGES = [...(await markdown('.')), ...(await markdown('docs'))];

const read = (page: string) => readFile(join(ROOT, page), 'utf8');

/** The anchors of a page, as GitHub makes them of its headings. */
function anchors(text: string): string[] {
  return [...text.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(PAGES)('%s: each link to a file or a heading leads there', async (page) => {
  const text = await read(page);
  for (const [, path = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
    const target = path === '' ? page : relative('.', join(dirname(page), path));
    const there = await read(target);
    if (anchor !== undefined) expect(anchors(there), `${path}#${anchor}`).toContain(anchor);
  }
});
