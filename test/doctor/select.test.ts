import { expect, test } from 'vitest';
import { CHECKS } from '../../src/doctor/checks/index.js';
import { select } from '../../src/doctor/select.js';
import { TITLES } from '../../src/doctor/titles.js';

const shown = (only?: string[], skip?: string[]) => {
  const { run, shows } = select(CHECKS, only, skip);
  return { run: run.map(({ id }) => id), shown: run.map(({ id }) => id).filter((id) => shows(id, false)) };
};

test('ids are unique, and a check stands behind all that it requires', () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  CHECKS.forEach(({ id, requires }, index) => {
    for (const other of requires)
      expect(ids.slice(0, index), `${id} stands before ${other}`).toContain(other);
  });
});

test('everything is shown unless something else is asked for', () => {
  expect(shown().shown).toEqual(CHECKS.map(({ id }) => id));
});

test('--only takes ids and groups; what they require runs unseen', () => {
  expect(shown(['server.key'])).toEqual({
    run: ['network.proxy', 'server.reachable', 'server.kind', 'server.key'],
    shown: ['server.key'],
  });
  expect(shown(['config', 'key.variable']).shown).toEqual([
    'config.syntax',
    'config.provider',
    'config.layers',
    'config.accepted',
    'config.legacy',
    'config.leftovers',
    'config.changed',
    'key.variable',
  ]);
});

test('the list shows each check in its order', () => {
  expect(CHECKS.map(({ id, title }) => [id, title])).toEqual(Object.entries(TITLES));
});

test('--skip leaves out, and what others require still runs unseen', () => {
  const { run, shown: seen } = shown(undefined, ['config', 'codex.installed', 'server', 'fleet', 'live']);
  expect(seen).toEqual([
    'codex.home',
    'key.variable',
    'network.proxy',
    'bridge.running',
    'bridge.version',
    'model.served',
    'responses.answers',
    'responses.stream',
    'responses.tools',
    'responses.turn',
    'responses.arguments',
    'responses.reasoning',
    'responses.context',
    'catalog.entry',
    'codex.effort',
    'codex.mcp',
    'codex.images',
    'codex.websearch',
  ]);
  expect(run).toContain('server.key');
  expect(run).not.toContain('codex.installed');
});

test('an unseen check that fails is shown under --only, not under --skip', () => {
  expect(select(CHECKS, ['server.key']).shows('server.reachable', true)).toBe(true);
  expect(select(CHECKS, undefined, ['server']).shows('server.reachable', true)).toBe(false);
});

test('an unknown id is wrong usage, with what is near', () => {
  expect(() => select(CHECKS, ['server.auth'])).toThrow(
    expect.objectContaining({ code: 'usage', hint: expect.stringContaining('server.key') }),
  );
  expect(() => select(CHECKS, undefined, ['nonsense'])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('--list') }),
  );
  expect(() => select(CHECKS, ['config'], ['config'])).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(() => select(CHECKS, ['serv'])).toThrow(expect.objectContaining({ code: 'usage' }));
});
