import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoted, shellWord } from '../../src/ui/shell-word.js';

test.each(['Qwen/Qwen3-8B', "it's", '$(touch owned)', '`id`', 'a b', '"; id; "', "'; id; '", '-x', '~', ''])(
  'a shell reads %j as one word',
  (text) => {
    for (const word of [quoted(text), shellWord(text)])
      expect(execFileSync('sh', ['-c', `printf '[%s]' ${word}`], { encoding: 'utf8' })).toBe(`[${text}]`);
  },
);

test('a plain name needs no quotes', () => {
  expect(shellWord('Qwen/Qwen3.5-35B-A3B')).toBe('Qwen/Qwen3.5-35B-A3B');
  expect(quoted('m')).toBe("'m'");
});
