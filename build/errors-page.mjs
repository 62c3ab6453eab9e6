import { fromSource } from './from-source.mjs';
import { parsedSource } from './parsed-source.mjs';
import { thrownErrors } from './thrown-errors.mjs';

const HEAD = `# Errors

Written by \`npm run errors:report\` from the source. An error goes to stderr as one sentence and, behind \`→\`, the next step.
With \`--json\` the same stands on stdout:

\`\`\`json
{ "schema": 1, "version": "…", "ok": false, "error": { "code": "usage", "message": "…", "hint": "…" } }
\`\`\`

The codes are stable, the words are not. Exit codes: 0 done; 1 what was asked for was looked at and is not in order
(\`doctor\` found something, \`--check\` would write); 2 an error; 130 Ctrl-C. In the sentences, \`‹…›\` is where a value goes in.
What \`doctor\` finds is no error: its checks are in [doctor.md](doctor.md).
`;

const BUG = `## A bug

Any other failure is a mistake of this program: it prints a trace and "This is a bug of codex-lmdeploy" with the versions, with exit
code 2; with \`--json\` it is on stdout under the code \`bug\`. Please report it in the project's issue tracker with the lines it
printed and what \`codex-lmdeploy doctor --json\` prints. Keys are masked in both; names of folders, hosts and models are not, so
look before you send.
`;

/** docs/errors.md as it should be. */
export async function errorsPage() {
  const { ERROR_CODES, CliError } = await fromSource('error-codes.ts', 'errors.ts');
  const errors = thrownErrors(parsedSource());
  const sections = Object.entries(ERROR_CODES).map(([code, { means, todo }]) => {
    const own = errors.filter(({ codes }) => codes.includes(code));
    const { exitCode } = new CliError(code, '', '');
    return `## \`${code}\`\n\n${means} ${todo}\n\nExit code ${exitCode}.${checksOf(own)}${spoken(own)}`;
  });
  const list = Object.keys(ERROR_CODES).map((code) => `[\`${code}\`](#${code})`);
  return [HEAD, `${list.join(' · ')}\n`, ...sections, handedOn(errors), BUG].join('\n');
}

/** What a check says is in doctor's words, which are made of what the server said. */
function checksOf(errors) {
  const checks = errors.filter(({ check }) => check !== null).map(({ check }) => `\`${check}\``);
  if (checks.length === 0) return '\n';
  return ` Also with what ${checks.join(' or ')} of \`doctor\` has found, in its words and with its remedy.\n`;
}

function handedOn(errors) {
  const own = errors.filter(({ codes }) => codes.length === 0);
  return `## In other words\n\nSome of these errors are told with more beside them, under their own code.\n${spoken(own)}`;
}

/** As the terminal shows them. Where several sentences share a next step, or the other way round, they stand together. */
function spoken(errors) {
  const blocks = errors.filter(({ messages }) => messages.length > 0);
  const together = merged(merged(blocks, 'messages', 'hints'), 'hints', 'messages').map(
    ({ messages, hints }) =>
      [...messages.map((text) => `error: ${text}`), ...hints.map((text) => `  → ${text}`)].join('\n'),
  );
  return together.length === 0 ? '' : `\n\`\`\`text\n${together.join('\n\n')}\n\`\`\`\n`;
}

function merged(errors, same, joined) {
  const groups = errors.reduce((all, error) => {
    const key = error[same].join('\n');
    return all.set(key, [...(all.get(key) ?? []), error]);
  }, new Map());
  return [...groups.values()].map((group) => ({
    [same]: group[0][same],
    [joined]: [...new Set(group.flatMap((error) => error[joined]))],
  }));
}
