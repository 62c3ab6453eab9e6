import { describe, expect, test } from 'vitest';
import { front, http } from './front.js';
import { KEY, look, refused, sound, warned } from './row.js';
import { HTTP_ANSWERS, MODELS, ODD_HTTP } from './rows/http.js';

describe.concurrent('a server that answers with no model list', () => {
  test.each(HTTP_ANSWERS)('$name', async ({ code, words, ...row }) => {
    refused(await look(row), code, words);
  });
});

test('Retry-After becomes the next step', async () => {
  const serve = () => http((_, response) => response.writeHead(429, { 'retry-after': '7' }).end());
  const seen = await look({ name: '429', serve });
  expect(seen.models.stderr).toContain('→ Wait 7 seconds, and run this again.');
});

/** What came of the key: the values of Authorization that each of two hosts saw. */
async function redirectedTo(otherHost: (here: (string | undefined)[], address: string) => Promise<string>) {
  const here: (string | undefined)[] = [];
  const there: (string | undefined)[] = [];
  const other = await http((request, response) => {
    there.push(request.headers.authorization);
    response.end(MODELS);
  });
  const seen = await look({ name: 'redirect', serve: () => otherHost(here, other) });
  expect(here).toContain(`Bearer ${KEY}`);
  expect(there.length).toBeGreaterThan(0);
  expect(there.filter((key) => key !== undefined)).toEqual([]);
  return seen;
}

test('a redirect of the list to another host is followed, as Codex does, and the key stays behind', async () => {
  const seen = await redirectedTo((here, other) =>
    http((request, response) => {
      here.push(request.headers.authorization);
      response.writeHead(307, { location: `${other}${request.url}` }).end();
    }),
  );
  warned(seen, 'responses.answers', /no response object/);
});

test('a redirect of a turn to another host is followed, as Codex does, and the key stays behind', async () => {
  const seen = await redirectedTo((here, other) =>
    front(({ path }, response, request) => {
      if (path !== '/v1/responses') return false;
      here.push(request.headers.authorization);
      return response.writeHead(307, { location: `${other}${path}` }).end();
    }),
  );
  warned(seen, 'responses.answers', /no response object/);
});

describe.concurrent('a server that is odd and works', () => {
  test.each(ODD_HTTP)('$name', async (row) => sound(await look(row)));
});
