import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileRecord } from '../../src/codex/journal.js';
import { type FileSeen, plan, type Wanted } from '../../src/codex/plan.js';
import { planRemoval } from '../../src/codex/plan-removal.js';
import { documents } from '../toml/documents.js';
import { WANTED } from './wanted.js';

const wanted: Wanted = { ...WANTED, model: 'qwen' };

const seen = (text: string | null, record: FileRecord | null = null): FileSeen => ({
  path: 'config.toml',
  text,
  record,
});

/** A file after `init`, and after what somebody did to it then. */
function written(file: FileSeen, wish: Partial<Wanted> = {}, edit = (text: string) => text): FileSeen {
  const [{ after, record }] = plan(file, { ...wanted, ...wish }).files;
  return seen(after === null ? null : edit(after), record);
}

function removed(file: FileSeen, ...providers: string[]) {
  const { files, kept } = planRemoval(file, providers.length > 0 ? providers : ['lmdeploy']);
  const [one] = files;
  if (one === undefined) throw new Error('no file is planned');
  const names = kept.map(({ path, why }) => `${path.join('.')} ${why}`);
  return { text: one.after, record: one.record, action: one.action, kept: names };
}

const MINE = `\uFEFF# mine\r
model = 'gpt-5' # good\r
model_context_window = 400_000\r
model_provider = "openai"\r
\r
[mcp_servers.docs]   # tools\r
command = "docs"\r
`;

describe('a file as we left it', () => {
  test('is to the byte what it was', () => {
    const after = written(seen(MINE), { contextWindow: { tokens: 32768, from: 'flag' } });
    expect(after.text).toContain('model_context_window = 32768\r\n');
    expect(removed(after)).toMatchObject({ text: MINE, record: null, kept: [] });
  });

  test('that we made is deleted', () => {
    expect(removed(written(seen(null)))).toMatchObject({ text: null, action: 'delete' });
  });

  test('comes back to what was before the first of several inits', () => {
    const first = written(seen(MINE), { model: 'a', streamIdleTimeoutMs: 900_000 });
    const second = written(first, { model: 'b', name: 'Other', envKey: null });
    expect(removed(second)).toMatchObject({ text: MINE, kept: [] });
  });

  test('brings a key back that init took out, at its place', () => {
    const before = `[model_providers.lmdeploy]\nname = "L"\nenv_key = 'MINE' # here\nwire_api = "responses"\n`;
    const after = written(seen(before), { envKey: null });
    expect(after.text).not.toContain('env_key');
    expect(removed(after).text).toBe(before);
  });
});

describe('a file that was edited since', () => {
  test('gives our keys back, and keeps the rest', () => {
    const after = written(seen(MINE), {}, (text) => text.replace('command = "docs"', 'command = "mine"'));
    expect(removed(after)).toMatchObject({ text: MINE.replace('"docs"', '"mine"'), kept: [] });
  });

  test('our 300000 is ours as 300_000 too', () => {
    const after = written(seen(MINE), {}, (text) =>
      text.replace('300000', '300_000').replace('# mine', '# mine!'),
    );
    expect(removed(after)).toMatchObject({ text: MINE.replace('# mine', '# mine!'), kept: [] });
  });

  test('a value of ours that the user changed stays and is named, with the name that Codex needs', () => {
    const after = written(seen(MINE), {}, (text) => text.replace('300000', '900000'));
    const { text, kept } = removed(after);
    expect(text).toContain(
      '[model_providers.lmdeploy]\r\nname = "LMDeploy"\r\nstream_idle_timeout_ms = 900000\r\n',
    );
    expect(text).not.toContain('base_url');
    expect(kept).toEqual([
      'model_providers.lmdeploy.stream_idle_timeout_ms changed',
      'model_providers.lmdeploy.name needed',
    ]);
  });

  test('what the user added to our block stays and is named', () => {
    const headers = 'http_headers = { "X-Team" = "a" }\r\n';
    const { text, kept } = removed(written(seen(MINE), {}, (now) => now + headers));
    expect(text).toContain(headers);
    expect(kept).toEqual([
      'model_providers.lmdeploy.http_headers.X-Team added',
      'model_providers.lmdeploy.name needed',
    ]);
  });

  test('a model chosen in Codex since stays; the provider goes back', () => {
    const { text, kept } = removed(written(seen(MINE), {}, (now) => now.replace('"qwen"', '"other"')));
    expect(text).toContain('model = "other" # good\r\n');
    expect(text).toContain('model_provider = "openai"\r\n');
    expect(kept).toEqual(['model changed']);
  });

  test('what the user has put back or deleted is no more to do', () => {
    const undone = removed(written(seen(MINE), {}, () => MINE));
    expect(undone).toMatchObject({ text: MINE, action: 'unchanged', record: null, kept: [] });
    expect(removed(written(seen(null), {}, () => ''))).toMatchObject({ text: null, kept: [] });
    expect(removed({ ...written(seen(MINE)), text: null })).toMatchObject({ text: null, record: null });
  });

  test('a file that we made, and to which something came, keeps that', () => {
    const { text, action } = removed(written(seen(null), {}, (now) => `${now}\n[tui]\ntheme = "x"\n`));
    expect({ text, action }).toEqual({ text: '[tui]\ntheme = "x"\n', action: 'update' });
  });

  test('a later init takes the edit for the user’s own', () => {
    const edited = written(seen(MINE), {}, (text) =>
      text.replace('"qwen"', '"other"').replace('# mine', '# mine!'),
    );
    const again = written(edited, { model: 'third' });
    expect(removed(again).text).toBe(MINE.replace("'gpt-5'", '"other"').replace('# mine', '# mine!'));
  });
});

describe('several providers in one file', () => {
  const both = written(written(seen(MINE), { providerId: 'a', model: 'ma' }), {
    providerId: 'b',
    model: 'mb',
  });

  test('the later goes first: the earlier is selected again', () => {
    const left = removed(both, 'b');
    expect(left.text).toContain(`model = "ma" # good`);
    expect(left.text).toContain('model_provider = "a"');
    expect(removed(seen(left.text, left.record), 'a').text).toBe(MINE);
  });

  test('the earlier goes first: the later stays selected, and inherits what to put back', () => {
    const left = removed(both, 'a');
    expect(left.text).toContain('model_provider = "b"');
    expect(left.text).not.toContain('[model_providers.a]');
    expect(removed(seen(left.text, left.record), 'b').text).toBe(MINE);
  });

  test('both at once', () => {
    expect(removed(both, 'a', 'b').text).toBe(MINE);
  });

  test('an id that was never written takes nothing with it', () => {
    expect(removed(both, 'c')).toMatchObject({ text: both.text, action: 'unchanged', record: both.record });
  });
});

describe('the window', () => {
  const window = (tokens: number, from: 'flag' | 'server') => ({ contextWindow: { tokens, from } });

  test('a measured one is written where there is none, and replaces one that is too large', () => {
    expect(written(seen(null), window(131072, 'server')).text).toContain('model_context_window = 131072');
    expect(written(seen(MINE), window(131072, 'server')).text).toContain('model_context_window = 131072');
  });

  test('the user’s own stays where it fits, as it is spelled', () => {
    const small = MINE.replace('400_000', '100_000');
    expect(written(seen(small), window(131072, 'server')).text).toContain('model_context_window = 100_000');
    expect(written(seen(small), window(131072, 'flag')).text).toContain('model_context_window = 131072');
  });

  test('it comes back when the server has grown, or when nobody knows any more', () => {
    const narrow = written(seen(MINE), window(8192, 'server'));
    expect(narrow.text).toContain('= 8192');
    expect(written(narrow, window(500_000, 'server')).text).toContain('= 400_000');
    expect(written(narrow, { contextWindow: null }).text).toContain('= 400_000');
    expect(written(narrow, { contextWindow: undefined }).text).toContain('= 8192');
  });
});

test('goals are switched off where calls without arguments end a session, and back on where they no longer do', () => {
  const before = 'model = "x"\n[features]\ngoals = true # yes\n';
  const goals = (value: boolean | null) => ({ switches: [{ path: ['features', 'goals'] as const, value }] });
  const off = written(seen(before), goals(false));
  expect(off.text).toContain('goals = false # yes');
  expect(written(off, { switches: [] }).text).toContain('goals = false');
  expect(written(off, goals(null)).text).toContain('goals = true # yes');
  expect(removed(off).text).toBe(before);
});

test('any config, any sequence of inits and removes: the original bytes come back', () => {
  const step = fc.record({
    providerId: fc.constantFrom('lmdeploy', 'openai2', 'my-proxy'),
    model: fc.constantFrom('a', 'b/c', 'd"e'),
    envKey: fc.constantFrom(undefined, null, 'KEY'),
    streamIdleTimeoutMs: fc.constantFrom(undefined, 900_000),
    contextWindow: fc.constantFrom(undefined, null, { tokens: 8192, from: 'server' as const }),
    compactAt: fc.constantFrom(undefined, null, { tokens: 4096, from: 'server' as const }),
    catalogFile: fc.constantFrom(undefined, null, 'codex-lmdeploy/catalog.json'),
    switches: fc.subarray([
      { path: ['features', 'goals'] as const, value: false },
      { path: ['web_search'] as const, value: 'disabled' },
      { path: ['agents', 'enabled'] as const, value: null },
      { path: ['skills', 'bundled', 'enabled'] as const, value: false },
    ]),
  });
  fc.assert(
    fc.property(
      documents,
      fc.array(step, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      (document, steps, order) => {
        let file = seen(document.text);
        for (const wish of steps) {
          file = written(file, wish);
        }
        const left = [...new Set(steps.map(({ providerId }) => providerId))];
        while (left.length > 0) {
          const [next] = left.splice((order.next().value ?? 0) % left.length, 1);
          const { text, record, kept } = removed(file, next ?? '');
          expect(kept).toEqual([]);
          file = seen(text, record);
        }
        expect(file).toEqual(seen(document.text));
      },
    ),
    { numRuns: 300 },
  );
});

test('two providers with one model: when the first goes, the second keeps it', () => {
  const before = 'model = "old"\n';
  const first = written(seen(before), {});
  const second = written(first, { providerId: 'other' });
  const left = removed(second);
  expect(left.text).toMatch(/^model = "qwen"\nmodel_provider = "other"$/m);
  expect(removed(seen(left.text, left.record), 'other').text).toBe(before);
  expect(removed(seen(removed(second, 'other').text, removed(second, 'other').record)).text).toBe(before);
});
