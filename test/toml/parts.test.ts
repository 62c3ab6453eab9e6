import { expect, test } from 'vitest';
import { type Edit, edit, editWhole } from '../../src/toml/edit.js';
import { Page } from '../../src/toml/page.js';
import { partsOf } from '../../src/toml/parts.js';
import { TomlSyntaxError } from '../../src/toml/syntax-error.js';

const NAME: Edit = { path: ['model_providers', 'lmdeploy', 'name'], set: 'x' };

test('what is left: the top, the ways to the path, the last beside it, the header behind each, the end', () => {
  const text = `# top
a = 1

[t] # first
b = 2
[u]
c = 3
[model_providers.one]
name = "1"
# on two
[ 'model_providers' . "two" ]
name = "2"

# on v
[[v]]
d = 4
# on w
[w]
e = 5

# end
`;
  const parts = partsOf(new Page(text), [NAME]);
  expect(parts.text).toBe(`# top
a = 1

[t] # first
# on two
[ 'model_providers' . "two" ]
name = "2"

# on v
[[v]]

# end
`);
  const end = parts.text.length - '\n# end\n'.length;
  expect(parts.back({ start: end, end, text: '' }).start).toBe(text.length - '\n# end\n'.length);
});

const LOOKS_LIKE_ONE = `a = """
[model_providers.lmdeploy]
name = "y"
""" # """
[t]
b = """
[model_providers.o]"""
`;

test('a string that looks like headers is no place to cut at', () => {
  expect(() => partsOf(new Page(LOOKS_LIKE_ONE), [NAME])).toThrow(TomlSyntaxError);
});

test.each([
  LOOKS_LIKE_ONE,
  `a = [\n[model_providers]\n]\n`.replace('model_providers', '1'),
  `[model_providers.a]\n[x]\n[model_providers.b]\n[y]\nc = 1\n[z]`,
  `[x]\n["model_provider\\u0073".a]\n[y]\n[z]\n`,
  `\n`,
  `[x]`,
  `# c\n`,
  `[model_providers]\r\na = {}\r\n\r\n[x]\r\nb = 1\r\n\r\n\r\n`,
  `[[x]]\n[x.model_providers]\na = 1\n[[x]]\n[x.model_providers]\na = 1\n`,
])('the place is that of the whole text: %j', (text) => {
  const edits: Edit[] = [NAME, { path: ['a2'], set: 1 }, { path: ['n', 'm'], set: 1 }];
  expect(edit(text, edits)).toBe(editWhole(text, edits));
});
