import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CATALOG_ENTRY } from '../../catalog.js';
import { cli } from '../../cli.js';
import type { Fault } from '../fault.js';
import type { Machine } from '../machine.js';

const OURS = 'home/codex-lmdeploy/catalog.json';

/** A catalog of the user's own, beside the config that names it. */
async function own(the: Machine, entry: object): Promise<void> {
  await the.write('home/mine.json', JSON.stringify({ models: [entry] }));
  await the.prepend('model_catalog_json = "mine.json"');
}

/** A catalog that init has made, then changed by hand. */
async function made(the: Machine, from: RegExp, to: string): Promise<void> {
  const world = { home: join(the.folder, 'home'), env: the.env };
  await cli(['init', the.server.baseUrl, '--yes', '--quiet', '--catalog'], world);
  const path = join(the.folder, OURS);
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
}

/** What can be wrong with a model catalog. */
export const CATALOG: readonly Fault[] = [
  {
    what: 'a model catalog that is not there',
    set: (the) => the.prepend('model_catalog_json = "gone.json"'),
    check: 'catalog.entry',
    status: 'fail',
    says: /config\.toml:1 names the model catalog .*gone\.json, which is not there/,
    cause: /gone\.json|model_catalog_json/,
    real: true,
  },
  {
    what: 'a model catalog of ours that did not come along',
    set: async (the) => {
      await made(the, /^/, '');
      await rm(join(the.folder, OURS));
    },
    check: 'catalog.entry',
    status: 'fail',
    says: /codex-lmdeploy\/catalog\.json, which is not there/,
    cause: /catalog\.json|model_catalog_json/,
    mends: true,
    real: true,
  },
  {
    what: 'a model catalog that is no JSON',
    set: async (the) => {
      await the.write('home/mine.json', '{"models": [');
      await the.prepend('model_catalog_json = "mine.json"');
    },
    check: 'catalog.entry',
    status: 'fail',
    says: /mine\.json, which is no JSON/,
    cause: /mine\.json|model_catalog_json/,
    real: true,
  },
  {
    what: 'an entry that lacks a field which Codex wants',
    set: (the) => own(the, { ...CATALOG_ENTRY, truncation_policy: undefined }),
    check: 'config.accepted',
    status: 'fail',
    says: /model_catalog_json .*missing field `truncation_policy`/,
    real: true,
  },
  {
    what: 'a model catalog without the model',
    set: (the) => own(the, { ...CATALOG_ENTRY, slug: 'other' }),
    check: 'catalog.entry',
    status: 'fail',
    says: /mine\.json has no entry for Qwen\/Qwen3\.5-35B-A3B/,
    cause: /mine\.json|model_catalog_json/,
    real: true,
  },
  {
    what: 'an entry with an empty prompt',
    set: (the) => own(the, { ...CATALOG_ENTRY, base_instructions: '' }),
    check: 'catalog.entry',
    status: 'fail',
    says: /mine\.json has an empty base_instructions for Qwen/,
    cause: /base_instructions/,
    real: true,
  },
  {
    what: 'an entry that says that the model sees',
    set: (the) => own(the, { ...CATALOG_ENTRY, input_modalities: ['text', 'image'] }),
    check: 'catalog.entry',
    status: 'warn',
    says: /says that Qwen\/Qwen3\.5-35B-A3B reads images/,
    cause: /image/,
    real: true,
  },
  {
    what: 'a model catalog of ours with a larger window than the server has now',
    set: (the) => made(the, /"context_window": \d+/, '"context_window": 262144'),
    check: 'catalog.entry',
    status: 'warn',
    says: /a window of 262,144 tokens, the server has 131,072/,
    cause: /262,?144/,
    mends: true,
    real: true,
  },
  {
    what: 'a model catalog of ours without a prompt',
    set: (the) => made(the, /"base_instructions": ".*"/, '"base_instructions": ""'),
    check: 'catalog.entry',
    status: 'fail',
    says: /catalog\.json has an empty base_instructions/,
    cause: /base_instructions/,
    mends: true,
    real: true,
  },
];
