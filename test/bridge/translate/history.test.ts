import { describe, expect, test } from 'vitest';
import { translateTurn } from '../../../src/bridge/translate/turn.js';
import { HELLO, MCP, PATCH, text } from './codex-items.js';
import { ROWS } from './history-rows.js';

const itemsOf = (...items: unknown[]) =>
  translateTurn({ model: 'm', input: items, tools: [MCP, PATCH] }).body['input'];

describe('history', () => {
  test.each(ROWS)('$name', ({ item, expected }) => {
    expect(itemsOf(HELLO, item)).toEqual([HELLO, ...(expected === null ? [] : [expected])]);
  });

  test.each(ROWS.filter(({ item, expected }) => expected === item))('$name: the very object', ({ item }) => {
    expect((itemsOf(item) as object[])[0]).toBe(item);
  });

  test('the order of all of them stays', () => {
    const whole = itemsOf(...ROWS.map(({ item }) => item));
    expect(whole).toEqual(ROWS.flatMap(({ expected }) => expected ?? []));
  });

  test('a history of nothing but thoughts is no empty input', () => {
    expect(itemsOf({ type: 'reasoning' })).toEqual([text('user', '')]);
  });

  test('what is no item is left out', () => {
    expect(itemsOf('x', null, HELLO)).toEqual([HELLO]);
  });
});
