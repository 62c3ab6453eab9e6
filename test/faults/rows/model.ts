import { join } from 'node:path';
import { cli } from '../../cli.js';
import { http } from '../../hostile/front.js';
import type { Fault } from '../fault.js';
import { MODEL } from '../machine.js';

/** The model that the config names, and those that are served. */
export const MODEL_NAME: readonly Fault[] = [
  {
    what: 'a model whose name is right but for its case',
    set: (the) => the.edit(`"${MODEL}"`, `"${MODEL.toLowerCase()}"`),
    check: 'model.served',
    status: 'fail',
    says: /"qwen\/qwen3\.5-35b-a3b" is not served; "Qwen\/Qwen3\.5-35B-A3B" is/,
    cause: /qwen\/qwen3\.5-35b-a3b/,
    mends: true,
  },
  {
    what: 'a model by the end of its name alone',
    set: (the) => the.edit(`"${MODEL}"`, '"qwen3.5-35b-a3b"'),
    check: 'model.served',
    status: 'fail',
    says: /"qwen3\.5-35b-a3b" is not served; "Qwen\/Qwen3\.5-35B-A3B" is/,
    cause: /"qwen3\.5-35b-a3b"/,
    mends: true,
  },
  {
    what: 'a model by its name, which is served by its path',
    set: () => undefined,
    server: { models: ['/models/Qwen3.5-35B-A3B'] },
    check: 'model.served',
    status: 'fail',
    says: /"Qwen\/Qwen3\.5-35B-A3B" is not served; "\/models\/Qwen3\.5-35B-A3B" is/,
    mends: true,
  },
  {
    what: 'another model is served now',
    set: () => undefined,
    server: { models: ['internlm/internlm3-8b-instruct'] },
    check: 'model.served',
    status: 'fail',
    says: /is not served; "internlm\/internlm3-8b-instruct" is/,
    mends: true,
  },
  {
    what: 'no model in the config, so that Codex asks for one of its own',
    set: (the) => the.edit(`model = "${MODEL}"\n`, ''),
    check: 'model.served',
    status: 'fail',
    says: /names no model, so Codex asks for one of OpenAI's/,
    real: true,
    mends: true,
  },
  {
    what: 'a model by a new name of OpenAI’s, to which Codex sends what LMDeploy refuses',
    set: (the) => the.edit(`"${MODEL}"`, '"gpt-6.1-sol"'),
    server: { models: ['gpt-6.1-sol'] },
    real: true,
    check: 'responses.context',
    status: 'fail',
    says: /first turn is refused as it is \(400: Unsupported Responses input item type: 'additional_tools'/,
  },
  {
    what: 'a server without a model',
    set: async (the) =>
      the.address(
        await http((_, response) =>
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[]}'),
        ),
      ),
    check: 'model.served',
    status: 'fail',
    says: /lists no model at all/,
  },
  {
    what: 'a window that init wrote for a server that has more now',
    set: async (the) => {
      await the.write('home/config.toml', '[features]\nview_image = false\n');
      const world = { home: join(the.folder, 'home'), env: the.env };
      const window = ['--offline', '--model', 'Qwen/Qwen3.5-35B-A3B', '--context-window', '65536'];
      await cli(['init', the.server.baseUrl, '--yes', '--quiet', ...window], world);
    },
    check: 'responses.context',
    status: 'warn',
    says: /a window of 65,536 tokens, the server has at least 65,5\d\d\.$/,
    mends: true,
  },
  {
    what: 'a window of the user’s own that is larger than the server’s',
    set: (the) => the.prepend('model_context_window = 200000'),
    check: 'responses.context',
    status: 'warn',
    says: /a window of 200,000 tokens, the server has 131,072\.$/,
    mends: true,
  },
];
