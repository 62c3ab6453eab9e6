import { takeLiveTurn } from '../../codex/live-turn.js';
import { keyVariablesIn } from '../../codex/provider.js';
import { scratchConfig } from '../../codex/scratch-config.js';
import { type Check, fail, pass, skip } from '../check.js';
import { titled } from '../titles.js';

export const liveTurn: Check = {
  ...titled('live.turn'),
  requires: [
    ...['codex.installed', 'config.accepted', 'config.provider', 'key.variable'],
    ...['bridge.running', 'responses.tools'],
  ],
  async run({ context, codex, layers, effective, providerId, settings, launchLine }) {
    const installed = await codex();
    const config = scratchConfig(layers, providerId);
    if (installed === null) return skip('no Codex is installed');
    if (config === null)
      return skip('query_params in the provider block may hold a key, which this tool writes into no file');
    const keys = keyVariablesIn(effective).map((name) => context.env[name]);
    const turn = await takeLiveTurn(context, installed, config, [settings.key, ...keys]);
    if (turn.state === 'ran') return pass(`it ran ${turn.command}`);
    return fail(
      `Codex ${installed.version} did not get through a turn: ${turn.what}.`,
      await launchLine(
        'if the parser is another one; to see it happen: codex exec "Use exec_command to run: echo hello"',
      ),
    );
  },
};

/** What such a turn costs, said before it is taken. */
export function liveCosts(model: string | null): string {
  return `--live takes one real turn of Codex with ${model ?? 'the model'}: two requests of about 8,000 tokens each (every model counts its own), and a command that says a word.`;
}
