import { expect, test } from 'vitest';
import { translateTurn } from '../../../src/bridge/translate/turn.js';
import { HELLO } from './codex-items.js';

const bodyOf = (more: object) => translateTurn({ model: 'm', input: [HELLO], ...more }).body;
const KNOWN = {
  service_tier: 'priority',
  prompt_cache_retention: '24h',
  truncation: 'auto',
  metadata: { a: 'b' },
  reasoning: { effort: 'low', summary: 'auto', context: 'all_turns' },
  include: ['reasoning.encrypted_content'],
  text: { verbosity: 'low' },
  client_metadata: { a: 'b' },
};

test('what LMDeploy knows passes, null too', () => {
  for (const more of [KNOWN, { service_tier: null, reasoning: null, include: null, metadata: null }]) {
    const body = { model: 'm', input: [HELLO], ...more };
    expect(translateTurn(body).body).toBe(body);
  }
});

test.each<[string, object, object]>([
  [
    'effort max',
    { reasoning: { effort: 'max', summary: 'auto' } },
    { reasoning: { effort: 'xhigh', summary: 'auto' } },
  ],
  ['an effort of the future', { reasoning: { effort: 'ultra' } }, { reasoning: { effort: 'xhigh' } }],
  ['effort that is no text', { reasoning: { effort: 5 } }, { reasoning: {} }],
  ['no summary', { reasoning: { effort: 'low', summary: 'none' } }, { reasoning: { effort: 'low' } }],
  ['another context', { reasoning: { context: 'x' } }, { reasoning: {} }],
  ['another tier', { service_tier: 'ultrafast' }, {}],
  ['another retention', { prompt_cache_retention: '1h' }, {}],
  ['another truncation', { truncation: 'x' }, {}],
  ['a long identifier', { safety_identifier: 's'.repeat(65) }, {}],
  ['numbers in the metadata', { metadata: { a: 1 } }, {}],
  [
    'more to include',
    { include: ['web_search_call.action.sources', 'reasoning.encrypted_content'] },
    { include: ['reasoning.encrypted_content'] },
  ],
  ['null for tools', { tools: null }, { tools: [] }],
  ['null for what may be called', { tool_choice: null }, { tool_choice: 'auto' }],
  ['what may be called, in a word that nobody knows', { tool_choice: 'any' }, { tool_choice: 'auto' }],
])('%s', (_name, more, expected) => {
  expect(bodyOf(more)).toEqual({ model: 'm', input: [HELLO], ...expected });
});
