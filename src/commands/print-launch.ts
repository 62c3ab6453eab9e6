import type { Context } from '../context.js';
import { document } from '../document.js';
import type { launchDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { launch, TOOL_CALL_PARSERS } from '../lmdeploy/launch.js';
import { parseFlags } from '../options.js';
import { openTerminal } from '../ui/terminal.js';

/** `print launch MODEL`: the line that serves a model in a way that Codex can use. Asks no server. */
export async function printLaunch(
  context: Context,
  raw: Record<string, unknown>,
  model?: string,
): Promise<number> {
  const flags = parseFlags('print', raw);
  const terminal = openTerminal(context, flags);
  if (model === undefined || model.trim() === '')
    throw new CliError('usage', 'print launch needs a model.', 'codex-lmdeploy print launch Qwen/Qwen3-8B');
  const { line, toolCallParser, reasoningParser, toolsKnown } = launch(model, {
    port: flags.port,
    sessionLength: flags.sessionLen,
    apiKeysFrom: flags.apiKeysFrom,
  });
  if (!flags.json) terminal.data(line);
  if (!toolsKnown)
    throw new CliError(
      'no-tool-parser',
      `No tool-call parser is known for "${model}", and without one LMDeploy refuses every turn of Codex, which always sends tools.`,
      `If one of these reads its calls, add it as --tool-call-parser NAME: ${TOOL_CALL_PARSERS.join(', ')}.`,
    );
  if (flags.json)
    terminal.document(
      document<typeof launchDocument>({ ok: true, model, line, toolCallParser, reasoningParser }),
    );
  return EXIT.done;
}
