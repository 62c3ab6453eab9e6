/** What people type, by command, for the end of `--help`. The URL stands first. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [line: string, what: string])[]>> = {
  init: [
    ['init', 'the server on this machine, with a question before the write'],
    ['init http://gpu1:23333 --yes', 'another one, without questions'],
    ['init http://gpu1:23333 --profile', 'beside your config, for: codex --profile lmdeploy'],
    ['init http://gpu1:23333 --bridge', 'MCP tools, sub-agents and apply_patch too'],
    ['init --all-models --server http://gpu1:23333 --server http://gpu2:23333', 'a profile for each model'],
    ['init http://gpu1:23333 --check --quiet', 'exit 1 if something would change'],
  ],
  doctor: [
    ['doctor', 'before a session'],
    ['doctor http://gpu1:23333 --only server,responses', 'a server alone'],
    ['doctor --wait 600 --quiet', 'wait until it is up; say only what is wrong'],
    ['doctor --live', 'let Codex itself take a turn'],
    ['doctor --server http://gpu1:23333 --server http://gpu2:23333', 'whether servers are alike'],
  ],
  models: [['models http://gpu1:23333', 'one name a line']],
  print: [
    ['print provider http://gpu1:23333', 'the block, to paste'],
    ['print launch Qwen/Qwen3.5-35B-A3B', 'the line that starts the server'],
    ['print nginx --server http://gpu1:23333 --server http://gpu2:23333', 'a front for both'],
    ['print service systemd --base-url http://gpu1:23333', 'keeps a bridge running'],
  ],
  env: [
    ['env', 'the line to put into ~/.bashrc'],
    ['env --shell fish', 'for ~/.config/fish/config.fish'],
  ],
  run: [
    ['run', 'Codex, on the configured server'],
    ['run --base-url http://gpu1:23333 -- exec "Say hello"', 'without any config'],
    ['run -- resume --last', 'what stands behind -- goes to Codex'],
  ],
  bridge: [
    ['bridge http://gpu1:23333', 'for: init http://gpu1:23333 --bridge'],
    ['bridge http://gpu1:23333 --port 23335 --verbose', 'one line for each turn'],
  ],
  remove: [
    ['remove', 'what init has put into config.toml'],
    ['remove --profile sql', 'one profile'],
    ['remove --all --dry-run', 'show what would go'],
  ],
  demo: [['demo', 'needs no server, and touches no config']],
};

/**
 * The examples of one command as `--help` shows them; empty where there are none. What a line does stands above it, since
 * beside the longer ones it would not fit into a terminal.
 */
export function examplesOf(command: string): string {
  const examples = EXAMPLES[command] ?? [];
  if (examples.length === 0) return '';
  const lines = examples.map(([line, what]) => `  # ${what}\n  codex-lmdeploy ${line}`);
  return ['', 'Examples:', ...lines].join('\n');
}
