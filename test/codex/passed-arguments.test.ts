import { expect, test } from 'vitest';
import { passedArguments } from '../../src/codex/passed-arguments.js';

test.each<[string[], string | undefined, string | undefined]>([
  [[], undefined, undefined],
  [['exec', '-p', 'work', '-m', 'a/b'], 'work', 'a/b'],
  [['-pwork', '-ma/b'], 'work', 'a/b'],
  [['--profile=work', '--model=a=b'], 'work', 'a=b'],
  [['--profile', 'first', 'exec', '--profile', 'last'], 'last', undefined],
  [['exec', '--', '-m', 'part of the prompt'], undefined, undefined],
  [['exec', 'a prompt with -m in it', '--model-provider'], undefined, undefined],
])('%j', (args, profile, model) => {
  expect(passedArguments(args)).toEqual({ profile, model });
});
