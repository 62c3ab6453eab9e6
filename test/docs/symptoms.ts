import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleaseName } from '../../src/stand-in/release.js';
import { greet } from '../../src/stand-in/script.js';
import { elsewhere } from '../contract/elsewhere.js';
import type { Machine, Setup } from '../faults/machine.js';
import { TABLES } from '../faults/rows/index.js';

/** One way to get what Codex prints: a machine on which something is wrong, and what is typed there. */
interface Way extends Setup {
  readonly what: string;
  set(machine: Machine): unknown;
  /** What doctor finds; null where the session is to blame, which no doctor can see. */
  readonly check: string | null;
  /** Whether test/faults holds doctor against it already. */
  readonly isHeld?: true;
  /** What is typed behind `codex-lmdeploy doctor` for that. */
  readonly args?: readonly string[];
  /** What is typed behind `codex` before it prints what it does. */
  readonly before?: () => Promise<readonly string[]>;
  /** What is typed behind `codex`. */
  readonly line: readonly string[];
}

const exec = (...args: string[]) => ['exec', '--skip-git-repo-check', ...args];
const HELLO = exec('Hello');

/** With fewer attempts than Codex makes by itself, which take up to half a minute. */
const SOON = exec(
  ...['request_max_retries=0', 'stream_max_retries=1'].flatMap((value) => [
    '-c',
    `model_providers.lmdeploy.${value}`,
  ]),
  'Hello',
);

/** A row of test/faults. */
function fault(what: string, line: readonly string[] = HELLO): Way {
  const found = Object.values(TABLES)
    .flat()
    .find((row) => row.what === what);
  if (found === undefined) throw new Error(`test/faults has no row "${what}"`);
  return { ...found, isHeld: true, line };
}

/** A model whose calls its parser does not know, which are text then. */
function unseen(release: ReleaseName, check: string): Way {
  return {
    what: `the --tool-call-parser of another model on LMDeploy ${release}`,
    set: () => undefined,
    server: { release, toolCallParser: 'glm47' },
    speaks: () => (turn) => {
      const said = greet(turn);
      return said.calls === undefined ? said : { text: `<tool_call><function=${said.calls[0]?.name}>` };
    },
    check,
    line: exec('RUN: echo hi'),
  };
}

const NO_CATALOG = fault('nothing that keeps images out');
const SMALL_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The first cells of the table in README.md, and how each is come by. */
export const SYMPTOMS: Readonly<Record<string, readonly Way[]>> = {
  '``Missing environment variable: `LMDEPLOY_API_KEY` ``': [fault('the key variable is not set')],
  '`Please launch the api_server with --tool-call-parser`': [fault('no --tool-call-parser')],
  '`unexpected status 401 Unauthorized`, after `Reconnecting... 5/5`': [
    fault('a key that is not one of the server’s'),
  ],
  "`unexpected status 404 Not Found: The model '…' does not exist`": [
    fault('a model by the end of its name alone', SOON),
  ],
  '`unexpected status 404 Not Found: {"detail":"Not Found"}`': [
    fault('a base_url without /v1', SOON),
    fault("LMDeploy's own proxy", SOON),
  ],
  '`unexpected status 503 Service Unavailable: Engine is sleeping`': [fault('an engine that sleeps', SOON)],
  '`Reconnecting... waiting for network`, without end': [
    fault('no server is running'),
    fault('HTTP_PROXY names a proxy that is dead'),
  ],
  '`stream disconnected before completion`': [
    fault('LMDeploy 0.16 with an openai package of 2.45 or newer', SOON),
    fault('a gateway that cuts the stream off before it ends', SOON),
  ],
  '`We’re currently experiencing high demand`': [
    fault('a gateway that may not put a large request on its disk', SOON),
  ],
  "`Unsupported Responses input content part type: 'input_image'`": [
    {
      ...NO_CATALOG,
      set: async (the) => {
        await NO_CATALOG.set(the);
        await writeFile(join(the.cwd, 'small.png'), Buffer.from(SMALL_PNG, 'base64'));
      },
      line: exec('-i', 'small.png', '--', 'Hello'),
    },
  ],
  '`Input length (…) must be smaller than the model context length`': [fault('a context window of 4,096')],
  '`Tool call arguments contain invalid JSON`': [
    fault('a call without arguments that LMDeploy 0.17 does not take back', exec('Call get_goal')),
  ],
  '`reasoning.effort: Input should be`': [fault('an effort that LMDeploy 0.16 refuses')],
  "`Unsupported Responses input item type: 'reasoning'`": [
    {
      what: 'a session that began elsewhere',
      set: () => undefined,
      check: null,
      before: async () => exec('-c', `model_providers.lmdeploy.base_url="${await elsewhere()}"`, 'Hello'),
      line: ['exec', 'resume', '--last', '--skip-git-repo-check', 'Hello'],
    },
  ],
  '``Model metadata for `…` not found. Defaulting to fallback metadata``': [NO_CATALOG],
  '`` `wire_api = "chat"` is no longer supported``': [
    fault('wire_api = "chat" in our block'),
    fault('wire_api = "chat" in a block of somebody else'),
  ],
  '``legacy `profile = "…"` config is no longer supported``': [fault('profile = … from before 0.134')],
  '``Model provider `lmdeploy` not found``': [fault('a provider is selected whose block is missing')],
  '`Error: No such file or directory (os error 2)`': [
    fault('a model catalog of ours that did not come along'),
  ],
  'no command runs, and `<tool_call>` or the like appears in the answer': [
    unseen('0.17', 'responses.tools'),
    // There a grammar makes the probe's call one that any parser reads; what Codex asks for has none.
    { ...unseen('0.18', 'live.turn'), args: ['--live'] },
  ],
  '`<think>` appears in the answer': [fault('no --reasoning-parser, and a model that thinks')],
  'an empty answer': [fault('a --reasoning-parser, and a model that does not think')],
};
