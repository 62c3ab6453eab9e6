import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, parsedSource } from '../build/parsed-source.mjs';
import { ROOT } from './cli.js';

const modules = parsedSource();
const drawn = drawing(await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8'));

interface Drawing {
  /** By a box's name: the folders (`codex/`) and files (`cli.ts`) that are in it. */
  readonly boxes: ReadonlyMap<string, readonly string[]>;
  /** `codex --> toml`, or `fleet -.-> codex` where only types are taken. */
  readonly arrows: readonly string[];
}

/** The Mermaid graph of a page: a box, or an arrow from one box or several, on each line. */
function drawing(page: string): Drawing {
  const lines = /```mermaid\nflowchart TD\n(.*?)```/s.exec(page)?.[1]?.trimEnd().split('\n') ?? [];
  const boxes = new Map<string, string[]>();
  const arrows: string[] = [];
  for (const line of lines) {
    const box = /^ {2}(\w+)\["(.+)"\]$/.exec(line);
    const arrow = /^ {2}(\w+(?: & \w+)*) (-->|-\.->) (\w+(?: & \w+)*)$/.exec(line);
    if (box) boxes.set(box[1] as string, (box[2] as string).split(/<br>| · /));
    else if (arrow)
      for (const from of (arrow[1] as string).split(' & '))
        for (const to of (arrow[3] as string).split(' & ')) arrows.push(`${from} ${arrow[2]} ${to}`);
    else throw new Error(`neither a box nor an arrow: ${line}`);
  }
  return { boxes, arrows };
}

function boxOf(path: string): string {
  const own = [...drawn.boxes].filter(([, parts]) =>
    parts.some((part) => path === part || (part.endsWith('/') && path.startsWith(part))),
  );
  expect(own, path).toHaveLength(1);
  return own[0]?.[0] ?? '';
}

/** Each arrow between boxes with an import that it is there for. */
function imports(): Map<string, string> {
  const found = new Map<string, string>();
  for (const module of modules.values())
    for (const { to, onlyTypes } of importsOf(module)) {
      const [from, into] = [boxOf(module.path), boxOf(to)];
      const arrow = `${from} ${onlyTypes ? '-.->' : '-->'} ${into}`;
      if (from !== into) found.set(arrow, `${module.path} imports ${to}`);
    }
  for (const arrow of found.keys()) if (arrow.includes('-->')) found.delete(arrow.replace('-->', '-.->'));
  return found;
}

/** What all may use needs no arrows; what it uses itself does. */
const BASE = 'base';
const real = new Map([...imports()].filter(([arrow]) => !arrow.endsWith(` ${BASE}`)));

test('every arrow of the picture in CONTRIBUTING.md is there for an import', () => {
  expect(drawn.arrows.length).toBeGreaterThan(20);
  expect(drawn.arrows.filter((arrow) => !real.has(arrow))).toEqual([]);
  expect(new Set(drawn.arrows).size).toBe(drawn.arrows.length);
});

test('every import between two boxes of the picture has its arrow', () => {
  expect([...real].filter(([arrow]) => !drawn.arrows.includes(arrow))).toEqual([]);
});

test('nothing stands in the picture that is not in src', () => {
  const paths = [...modules.keys()];
  for (const part of [...drawn.boxes.values()].flat())
    expect(
      paths.some((path) => path === part || (part.endsWith('/') && path.startsWith(part))),
      part,
    ).toBe(true);
});

test('no two boxes need each other', () => {
  const next = new Map<string, string[]>();
  for (const arrow of real.keys()) {
    const [from = '', kind, to = ''] = arrow.split(' ');
    if (kind === '-->') next.set(from, [...(next.get(from) ?? []), to]);
  }
  const reach = (from: string, seen: ReadonlySet<string> = new Set()): string[] =>
    seen.has(from)
      ? [from]
      : (next.get(from) ?? []).flatMap((to) => [to, ...reach(to, new Set([...seen, from]))]);
  expect([...next.keys()].filter((box) => reach(box).includes(box))).toEqual([]);
});
