/**
 * Every way in which the tool can refuse or fail to do its work, by its stable code: what it means, and what there is to
 * do. docs/errors.md is made of it; the program itself needs the names alone.
 */
export const ERROR_CODES = {
  usage: {
    means:
      'What was typed, or set in a variable that is read in its place, asks for something that does not go.',
    todo: 'Nothing was done. The next step names what to type; `codex-lmdeploy COMMAND --help` lists what a command takes.',
  },
  'no-tty': {
    means: 'The command asks before it writes, and there is nobody to ask: no terminal, or `--json`.',
    todo: 'Scripts decide beforehand: `--yes`, `--dry-run`, or `--check` where the command has it.',
  },
  interrupted: {
    means: 'Ctrl-C, at a prompt or during a wait. Exit code 130 as shells have it; `--json` prints nothing.',
    todo: 'Run the command again. Files are as they were; where they are not, `config-unwritable` or `config-changed` says so.',
  },
  'codex-home-missing': {
    means: '`--codex-home` or `CODEX_HOME` names what is no folder. Codex refuses to start with one too.',
    todo: 'Make the folder, or correct the name. Without either, `~/.codex` is made where it is needed.',
  },
  'config-syntax': {
    means:
      'The file is no TOML, so that nothing can be put into it safely. The place stands under the next step.',
    todo: 'Correct the line. The file was not touched.',
  },
  'config-unreadable': {
    means: "The file is there and can't be read, or is no regular file.",
    todo: 'Look at what stands there and at its rights.',
  },
  'config-unwritable': {
    means:
      "A file or folder can't be written: rights, no space, a link that leads nowhere or where somebody else wants it.",
    todo: 'Make room or correct the rights. All files of a run are written or none; the sentence says so where one is left.',
  },
  'config-changed': {
    means: 'Another program wrote the same file while this one was at work.',
    todo: "Run the command again: it takes the other's change into account. Scripts may retry on this code.",
  },
  'codex-missing': {
    means: 'Codex is needed for this command and is not on the PATH, or does not start.',
    todo: 'Install it, or put its folder on the PATH. What works without it: `init --offline`, `print`, `models`.',
  },
  'codex-too-old': {
    means: 'The installed Codex lacks what was asked for.',
    todo: 'Update Codex, or leave that option out.',
  },
  'profile-missing': {
    means: 'A profile is named that nothing has written yet. Codex itself would pass over it without a word.',
    todo: 'Write it with `init --profile NAME`, or correct the name.',
  },
  'config-locked': {
    means: "Another run of this tool holds the lock, or something else stands in the lock's place.",
    todo: 'Let that run end. Scripts may retry on this code.',
  },
  'journal-unreadable': {
    means:
      'The file in `codex-lmdeploy/` that says what `remove` puts back is damaged, or of a newer version.',
    todo: 'A newer codex-lmdeploy may read it. To go on without it, move it away: the byte copies in `backup/` stay.',
  },
  'edit-refused': {
    means: 'The file is sound TOML, but the change could not be made without a risk to the rest of it.',
    todo: 'Write that part in the plain way, or take it out by hand. The file was not touched.',
  },
  'codex-refused': {
    means: 'Codex itself does not load what was written, so it was taken back.',
    todo: "Codex's words stand in the sentence; `init --dry-run` shows the change.",
  },
  'server-unreachable': {
    means:
      'No answer came from the address: nothing listens, a name is unknown, a proxy or a certificate is in the way.',
    todo: 'Start the server or correct the address. `doctor --wait` waits for one that is loading. Scripts may retry on this code.',
  },
  'server-key': {
    means: 'The server wants a key and got none, or another one than it was started with.',
    todo: 'Put the key into the variable that `--env-key` names.',
  },
  'server-kind': {
    means:
      'Something answers there, and it is not what was asked for: no LMDeploy, one too old, or no proxy of LMDeploy.',
    todo: 'Look at what answers; give the address that `lmdeploy serve api_server` printed.',
  },
  'model-not-served': {
    means: 'The model that the command line or the config names is not in the list of the server.',
    todo: 'Use a name of the list (`codex-lmdeploy models`); its case counts.',
  },
  'model-needed': {
    means: 'Which model is meant is not said, and there is more than one or no list to take it from.',
    todo: 'Name it with `--model`.',
  },
  'no-tool-parser': {
    means: 'No tool-call parser is known for the model, and without one every turn of Codex fails.',
    todo: 'Name one with `--tool-call-parser`, if one of them reads the calls of that model.',
  },
  'no-catalog': {
    means: 'A model catalog is made from what the installed Codex sends, and there is none to ask.',
    todo: 'Install Codex.',
  },
  'port-taken': {
    means: "The bridge can't listen on the port.",
    todo: 'End what listens there, or give another port.',
  },
  'demo-failed': {
    means:
      'A step of `demo` did not end well. It works on an embedded server in a folder of its own, so your files are safe.',
    todo: 'The words of the step stand above; `--keep` leaves the folder.',
  },
} as const satisfies Readonly<Record<string, { readonly means: string; readonly todo: string }>>;

export type ErrorCode = keyof typeof ERROR_CODES;
