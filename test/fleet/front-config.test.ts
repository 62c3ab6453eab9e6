import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { routesFor, type Served, upstreamOf } from '../../src/fleet/front.js';
import { haproxyConfig } from '../../src/fleet/haproxy.js';
import { namesFor } from '../../src/fleet/names.js';
import { nginxConfig } from '../../src/fleet/nginx.js';

const QWEN = 'Qwen/Qwen3.5-35B-A3B';
const served = (baseUrl: string, model = QWEN): Served => ({ baseUrl, model });
const TWO = [served('http://gpu1:23333/v1'), served('http://gpu2:23333/v1')];
const front = (servers: readonly Served[], port = 23_330) => ({ port, routes: routesFor(servers) });
/** The lines that say something. */
const said = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

test('one model has the root, several have a path each', () => {
  expect(routesFor(TWO)).toEqual([
    { model: QWEN, path: '', servers: ['http://gpu1:23333/v1', 'http://gpu2:23333/v1'] },
  ]);
  const other = served('http://gpu3:23333/v1', 'openai/gpt-oss-120b');
  expect(routesFor([...TWO, other]).map(({ path, servers }) => [path, servers.length])).toEqual([
    ['/qwen3-5-35b-a3b', 2],
    ['/gpt-oss-120b', 1],
  ]);
});

test('names are readable, fit a path, are unique, and the same in any order', () => {
  const model = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a/m', 'b/m', 'm', 'M', 'm!', 'm-1', 'x/m.1'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(model, { maxLength: 30 }), fc.boolean(), (models, isTaken) => {
      const taken = new Set(isTaken ? ['m', 'model'] : []);
      const names = namesFor(models, taken);
      for (const name of names.values()) {
        expect(name).toMatch(/^[a-z0-9][a-z0-9-]{0,50}$/);
        expect(taken).not.toContain(name);
      }
      expect(new Set(names.values()).size).toBe(models.length);
      const reversed = namesFor([...models].reverse(), taken);
      for (const one of models) expect(reversed.get(one)).toBe(names.get(one));
    }),
  );
  expect(namesFor(['Qwen/Qwen3.5-35B-A3B']).get('Qwen/Qwen3.5-35B-A3B')).toBe('qwen3-5-35b-a3b');
});

describe('nginx', () => {
  test('one upstream, one server, one listen, and nothing of the main level', () => {
    const lines = said(nginxConfig(front(TWO)));
    const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
    expect([count(/^upstream /), count(/^server \{/), count(/^listen /), count(/^location /)]).toEqual([
      1, 1, 1, 1,
    ]);
    expect(count(/^(events|http|worker_|user |pid |daemon|error_log|proxy_temp|client_body_temp)/)).toBe(0);
    for (const line of [
      'listen 23330;',
      'hash $http_session_id consistent;',
      'server gpu1:23333 max_fails=1 fail_timeout=10s;',
      'server gpu2:23333 max_fails=1 fail_timeout=10s;',
      'proxy_buffering off;',
      'client_max_body_size 64m;',
      'client_body_buffer_size 1m;',
      'proxy_next_upstream error timeout http_503 non_idempotent;',
    ])
      expect(lines).toContain(line);
  });

  test('a path prefix and TLS of the servers', () => {
    const lines = said(nginxConfig(front([served('https://gw/llm/v1'), served('https://gw:8443/llm/v1')])));
    for (const line of [
      'proxy_pass https://codex_lmdeploy_23330/llm/;',
      'server gw:443 max_fails=1 fail_timeout=10s;',
      'proxy_ssl_name gw;',
      'proxy_ssl_verify on;',
      'proxy_set_header Host gw;',
    ])
      expect(lines).toContain(line);
  });

  test.each([['https://gw/v1', 'https://gw2/v1'], ['https://10.0.0.1/v1'], ['https://[::1]/v1']])(
    'servers whose certificates it could not check are refused: %s %s',
    (...servers) => {
      expect(() => nginxConfig(front(servers.map((one) => served(one))))).toThrow(/checks one name/);
      expect(() => haproxyConfig(front(servers.map((one) => served(one))))).not.toThrow();
    },
  );

  test('several fronts have names of their own', () => {
    const names = [1, 2].map((port) => /^upstream .*$/m.exec(nginxConfig(front(TWO, port)))?.[0]);
    expect(names).toEqual(['upstream codex_lmdeploy_1 {', 'upstream codex_lmdeploy_2 {']);
  });
});

describe('HAProxy', () => {
  test('one frontend and one backend, with checks of /health', () => {
    const lines = said(haproxyConfig(front(TWO, 8000)));
    expect(lines.filter((line) => /^(frontend|backend|global|defaults|listen) ?/.test(line))).toEqual([
      'frontend codex_lmdeploy_8000',
      'backend lmdeploy_8000',
    ]);
    for (const line of [
      'bind :8000',
      'balance hdr(session-id)',
      'option httpchk GET /health',
      'server s2 gpu2:23333',
    ])
      expect(lines).toContain(line);
  });

  test('several models go by their paths, which the servers do not see', () => {
    const lines = said(haproxyConfig(front([...TWO, served('http://gpu3:23333/v1', 'm')])));
    expect(lines).toContain('use_backend lmdeploy_23330_m if { path_beg /m/ }');
    expect(lines).toContain('http-request replace-path /m/(.*) /\\1');
  });
});

test('servers that are reached in different ways can not stand behind one front', () => {
  const mixed = routesFor([...TWO, served('https://gpu3:23333/v1')]);
  for (const write of [nginxConfig, haproxyConfig])
    expect(() => write({ port: 1, routes: mixed })).toThrow(/reached in different ways/);
  const [route] = mixed;
  expect(() => upstreamOf(route ?? { model: '', path: '', servers: [] })).toThrow(
    /one scheme and one path|different ways/,
  );
});

test.each(['http://gpu1;include:80/v1', 'http://gpu1/a;b/v1', 'http://gpu1/$x/v1', "http://gpu'1/v1"])(
  'an address that would say something in a configuration is refused: %s',
  (address) => {
    for (const write of [nginxConfig, haproxyConfig])
      expect(() => write(front([served(address)]))).toThrow(/a character that has a meaning/);
    expect(() => nginxConfig(front([served('http://[2001:db8::1]:23333/a-b/v1')]))).not.toThrow();
  },
);

test('a model’s name can not leave its comment', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (model) => {
      for (const write of [nginxConfig, haproxyConfig]) {
        const text = write(front([served('http://gpu1:1/v1', model)]));
        expect(said(text)).toEqual(said(write(front([served('http://gpu1:1/v1', 'm')]))));
      }
    }),
  );
});
