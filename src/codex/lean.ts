import type { Context } from '../context.js';
import type { KeyPath } from './imprint.js';
import type { InstalledCodex } from './installed.js';
import { recordedTurn } from './recorder.js';
import type { Recording } from './recording.js';
import { type Setting, shapeOf } from './turn-shape.js';

/** Something that costs tokens in each turn and is of no use on LMDeploy. */
interface Ballast {
  readonly what: string;
  isIn(turn: Recording): boolean;
  /** The settings that take it out, the first that this Codex takes and heeds. */
  readonly ways: readonly Setting[];
  /** It works through a bridge. */
  readonly isCarried?: true;
}

const hasTool =
  (pattern: RegExp) =>
  ({ tools }: Recording): boolean =>
    tools.some(({ name, type }) => pattern.test(name ?? type));

const BALLAST: readonly Ballast[] = [
  {
    what: 'web search',
    isIn: hasTool(/^web_search/),
    ways: [{ path: ['web_search'], value: 'disabled' }],
  },
  {
    what: 'sub-agents',
    isCarried: true,
    isIn: hasTool(/^(multi_agent|spawn_agent)/),
    // 0.134.0 stops at the first ("expected struct AgentRoleToml"); in 0.169.0 the second is deprecated.
    ways: [
      { path: ['agents', 'enabled'], value: false },
      { path: ['features', 'multi_agent'], value: false },
    ],
  },
  {
    what: 'goals',
    isCarried: true,
    isIn: hasTool(/_goal$/),
    ways: [{ path: ['features', 'goals'], value: false }],
  },
  {
    what: 'images',
    isIn: hasTool(/^view_image$/),
    ways: [{ path: ['features', 'view_image'], value: false }],
  },
  {
    what: 'bundled skills',
    isIn: ({ body }) => JSON.stringify(body.input).includes('<skills_instructions>'),
    ways: [{ path: ['skills', 'bundled', 'enabled'], value: false }],
  },
];

/** Every key that a lean config may hold. */
export const LEAN_KEYS: readonly KeyPath[] = BALLAST.flatMap(({ ways }) => ways.map(({ path }) => path));

/** What the installed Codex can do without. */
export interface Lean {
  readonly switches: readonly Setting[];
  /** What is still in the first turn, since this Codex has no switch for it. */
  readonly stays: readonly string[];
}

/**
 * The switches that the installed Codex takes and that show in what it sends: its first turn is recorded with them.
 *
 * @param catalog as in `TurnShape`: the turn that comes of it is the one to be recorded
 * @param isBridged whether a bridge carries what LMDeploy alone would drop
 * @returns null where no Codex can be recorded
 */
export async function leanFor(
  context: Context,
  codex: InstalledCodex | null,
  model: string,
  catalog: string | null,
  isBridged = false,
): Promise<Lean | null> {
  const record = async (switches: readonly Setting[]): Promise<Recording | null> => {
    const turn = await recordedTurn(context, codex, model, shapeOf(switches, catalog));
    return typeof turn === 'string' ? null : turn;
  };
  const stock = await record([]);
  if (stock === null) return null;
  const there = BALLAST.filter(({ isIn, isCarried }) => isIn(stock) && !(isBridged && isCarried));
  const first = there.flatMap(({ ways }) => ways.slice(0, 1));
  const all = await record(first);
  if (all !== null && !there.some(({ isIn }) => isIn(all))) return { switches: first, stays: [] };
  // This Codex takes or heeds only some of them: which ones, each tells by itself.
  const switches: Setting[] = [];
  const stays: string[] = [];
  for (const { what, isIn, ways } of there) {
    const works = await firstThat(ways, async (way) => {
      const turn = await record([way]);
      return turn !== null && !isIn(turn);
    });
    if (works === null) stays.push(what);
    else switches.push(works);
  }
  return { switches, stays };
}

async function firstThat<T>(all: readonly T[], test: (one: T) => Promise<boolean>): Promise<T | null> {
  for (const one of all) if (await test(one)) return one;
  return null;
}
