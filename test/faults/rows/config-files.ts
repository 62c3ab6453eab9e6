import { join } from 'node:path';
import type { Fault } from '../fault.js';
import type { Machine } from '../machine.js';

/** A project above the working directory, which the user trusts. */
async function project(the: Machine, lines: string): Promise<void> {
  the.cwd = join(the.folder, 'work/deep');
  await the.write('work/deep/.keep', '');
  await the.write('work/.git/HEAD', '');
  await the.write('work/.codex/config.toml', lines);
  await the.append(`[projects."${join(the.folder, 'work')}"]\ntrust_level = "trusted"`);
}

/** Files that are no TOML, or that Codex refuses, passes over or lays over each other. */
export const CONFIG_FILES: readonly Fault[] = [
  {
    what: 'a string that does not end',
    set: (the) => the.edit('model = "Qwen/Qwen3.5-35B-A3B"', 'model = "Qwen'),
    check: 'config.syntax',
    status: 'fail',
    says: /home\/config\.toml:1:\d+/,
    cause: /home\/config\.toml/,
    real: true,
  },
  {
    what: 'a profile that is no TOML, over a sound config.toml',
    set: async (the) => {
      the.args = ['--profile', 'gpu'];
      await the.write('home/gpu.config.toml', 'model = "m"\nmodel = "n"\n');
    },
    check: 'config.syntax',
    status: 'fail',
    says: /gpu\.config\.toml:2:\d+/,
  },
  {
    what: 'a sound profile over a config.toml that is no TOML',
    set: async (the) => {
      the.args = ['--profile', 'gpu'];
      await the.write('home/gpu.config.toml', the.config);
      await the.write('home/config.toml', 'model = \n');
    },
    check: 'config.syntax',
    status: 'fail',
    says: /home\/config\.toml:1:\d+/,
  },
  {
    what: 'a number that is a string',
    set: (the) => the.append('stream_idle_timeout_ms = "soon"'),
    check: 'config.accepted',
    status: 'fail',
    says: /config\.toml:12:\d+: /,
    cause: /config\.toml:12|stream_idle_timeout_ms/,
    real: true,
  },
  {
    what: 'a block by a reserved name, as old guides to LM Studio have it',
    set: (the) => the.append('[model_providers.lmstudio]\nname = "x"\nbase_url = "http://127.0.0.1:1234/v1"'),
    check: 'config.accepted',
    status: 'fail',
    says: /reserved built-in provider IDs: `lmstudio`/,
    cause: /lmstudio/,
    real: true,
  },
  {
    what: "a trusted project's file that is no TOML",
    set: (the) => project(the, 'model = '),
    check: 'config.accepted',
    status: 'fail',
    says: /work\/\.codex\/config\.toml/,
    cause: /work\/\.codex\/config\.toml/,
    real: true,
  },
  {
    what: 'profile = … from before 0.134',
    set: (the) => the.write('home/config.toml', `profile = "x"\n${the.config}[profiles.x]\nmodel = "y"\n`),
    check: 'config.legacy',
    status: 'fail',
    says: /config\.toml:1 has profile = "x"; .*config\.toml:13 has \[profiles\.x\]/,
    mends: true,
    real: true,
  },
  {
    what: 'a profile table that is passed over',
    set: (the) => the.append('[profiles.x]\nmodel = "y"'),
    check: 'config.legacy',
    status: 'warn',
    says: /\[profiles\.x\]: Codex passes over/,
    mends: true,
    real: true,
  },
  {
    what: 'wire_api = "chat" in a block of somebody else',
    set: (the) =>
      the.append(
        '[model_providers.old]\nname = "o"\nbase_url = "http://example.invalid/v1"\nwire_api = "chat"',
      ),
    check: 'config.legacy',
    status: 'fail',
    says: /config\.toml:15 has wire_api = "chat" in \[model_providers\.old\]/,
    mends: true,
    real: true,
  },
  {
    what: 'a trusted project with another model',
    set: (the) => project(the, 'model = "theirs"\n'),
    check: 'config.layers',
    status: 'warn',
    says: /work\/\.codex\/config\.toml:1 sets model = "theirs", not "Qwen\/Qwen3\.5-35B-A3B"/,
    real: true,
  },
  {
    what: 'a managed file with another provider',
    set: (the) => the.write('system/managed_config.toml', '# by IT\nmodel_provider = "openai"\n'),
    check: 'config.layers',
    status: 'warn',
    says: /managed_config\.toml:2 sets model_provider = "openai", not "lmdeploy"/,
  },
  {
    what: "a system file that adds to the user's block",
    set: (the) => the.write('system/config.toml', '[model_providers.lmdeploy]\nrequest_max_retries = 0\n'),
    check: 'config.layers',
    status: 'warn',
    says: /system\/config\.toml:2 sets model_providers\.lmdeploy\.request_max_retries = 0/,
  },
  {
    what: 'a CODEX_HOME beside a configured ~/.codex',
    set: (the) => the.write('user/.codex/config.toml', the.config),
    check: 'config.layers',
    status: 'warn',
    says: /user\/\.codex\/config\.toml is set up for LMDeploy too/,
    mends: true,
  },
  {
    what: 'profile = … for a profile that is nowhere',
    set: (the) => the.write('home/config.toml', `profile = "x" # old\n${the.config}`),
    check: 'config.legacy',
    status: 'fail',
    says: /config\.toml:1 has profile = "x": Codex does not start/,
    mends: true,
    real: true,
  },
  {
    what: 'wire_api = "chat" where one line of sed can not change it',
    set: (the) =>
      the.append(
        '[model_providers]\nold = { name = "o", base_url = "http://example.invalid/v1", wire_api = "chat" }',
      ),
    check: 'config.legacy',
    status: 'fail',
    says: /config\.toml:13 has wire_api = "chat" in \[model_providers\.old\]/,
    real: true,
  },
];
