import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOG_ENTRY } from '../catalog.js';
import { hold, titled } from './fault.js';
import { findings, machine } from './machine.js';
import { CONFIG } from './rows/index.js';

test.each(titled(CONFIG))('%s', (_, fault) => hold(fault));

test('what is not wrong: an untrusted project, a text-only catalog, a live tool, an effort that is taken', async () => {
  const the = await machine({ real: true });
  await the.write('work/.git/HEAD', '');
  await the.write('work/.codex/config.toml', 'model = "theirs"\nprofile = "x"\n');
  await the.write('home/catalog.json', JSON.stringify({ models: [CATALOG_ENTRY] }));
  const ollama = `[model_providers.ollama-launch]\nname = "Ollama"\nbase_url = "${the.server.baseUrl}/"\nwire_api = "responses"`;
  const top = 'model_catalog_json = "catalog.json"\nmodel_reasoning_effort = "max"\nweb_search = "disabled"';
  await the.write('home/config.toml', `${top}\n${the.config.replace('view_image = false', '')}${ollama}\n`);
  expect(await findings(the)).toEqual([]);
});

test('a smaller window of the user’s own, which init would leave: the line that has to go', async () => {
  const the = await machine({});
  await the.prepend('# mine\nmodel_context_window = 65536');
  const [found] = await findings(the);
  const file = join(the.folder, 'home/config.toml');
  expect(found?.remedy).toBe(
    `cp -p '${file}' '${file}.bak' && sed -e '2{/^model_context_window = 65536/d;}' '${file}.bak' > '${file}' && codex-lmdeploy init ${the.server.baseUrl}   # if it is not meant`,
  );
});
