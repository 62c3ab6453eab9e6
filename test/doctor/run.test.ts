import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type Check, fail, pass, skip } from '../../src/doctor/check.js';
import type { Examination } from '../../src/doctor/examination.js';
import { runChecks } from '../../src/doctor/run.js';
import { CliError } from '../../src/errors.js';

/** The runner looks at nothing but the signal. */
function examination(signal = new AbortController().signal): Examination {
  return { context: { signal, stdout: new PassThrough() } } as unknown as Examination;
}

const check = (id: string, requires: string[], run: Check['run']): Check => ({
  id,
  title: id,
  requires,
  run,
});
const ok = async () => pass('fine');
const statuses = async (checks: Check[]) =>
  Object.fromEntries(
    (await runChecks(checks, examination())).map(({ id, status, detail }) => [id, [status, detail]]),
  );

test('what needs a failed check is skipped with the id of the first cause', async () => {
  const found = await statuses([
    check('a', [], async () => fail('broken', 'mend it')),
    check('b', ['a'], ok),
    check('c', ['b'], ok),
    check('d', [], ok),
  ]);
  expect(found).toEqual({
    a: ['fail', 'broken'],
    b: ['skip', 'needs a'],
    c: ['skip', 'needs a'],
    d: ['pass', 'fine'],
  });
});

test('a failure that another one explains is no finding of its own; a success is one', async () => {
  const explained = (id: string, run: Check['run']) => ({ ...check(id, [], run), explainedBy: ['a'] });
  const found = await statuses([
    check('a', [], async () => fail('broken', 'mend it')),
    explained('b', async () => fail('broken too', 'mend it')),
    explained('c', ok),
    check('d', ['b'], ok),
  ]);
  expect(found).toMatchObject({
    b: ['skip', 'needs a'],
    c: ['pass', 'fine'],
    d: ['skip', 'needs a'],
  });
});

test('a check that skips itself stops nobody', async () => {
  expect(await statuses([check('a', [], async () => skip('not here')), check('b', ['a'], ok)])).toMatchObject(
    {
      b: ['pass', 'fine'],
    },
  );
});

test('a check that throws has failed and says it is a bug; the others go on', async () => {
  const found = await statuses([
    check('a', [], async () => {
      throw new TypeError('x is undefined');
    }),
    check('b', [], ok),
  ]);
  expect(found['a']).toEqual(['fail', expect.stringMatching(/x is undefined.*bug of codex-lmdeploy/)]);
  expect(found['b']?.[0]).toBe('pass');
});

test('independent checks run side by side, results keep their order', async () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  // The first can only end when the second has run: one after the other would never end.
  const results = await runChecks(
    [
      check('first', [], async () => {
        await opened;
        return pass('');
      }),
      check('second', [], async () => {
        open();
        return pass('');
      }),
    ],
    examination(),
  );
  expect(results.map(({ id }) => id)).toEqual(['first', 'second']);
});

test("a question to the user and Ctrl-C are not a check's to swallow", async () => {
  const asks = check('a', [], async () => {
    throw new CliError('model-needed', 'which?', 'say');
  });
  await expect(runChecks([asks], examination())).rejects.toMatchObject({ code: 'model-needed' });
  const throws = check('a', [], async () => {
    throw new Error('aborted');
  });
  await expect(runChecks([throws], examination(AbortSignal.abort()))).rejects.toMatchObject({
    code: 'interrupted',
  });
});
