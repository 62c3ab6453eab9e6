import { explain } from '../../lmdeploy/facts.js';
import { UPGRADE } from '../../lmdeploy/symptoms.js';
import type { TomlTable } from '../../toml/read.js';
import { type Check, fail, pass, saidBy, skip, warn } from '../check.js';
import { titled } from '../titles.js';

export const responsesArguments: Check = {
  ...titled('responses.arguments'),
  requires: ['responses.tools'],
  async run({ discovery, effective, initLine, settings }, earlier) {
    if (settings.bridge !== null) return pass('the bridge mends what the server would not take back');
    await discovery.bareCall();
    const evidence = await discovery.evidence();
    const told = evidence && explain(evidence).emptyArguments;
    if (told?.value === true) return pass(told.evidence);
    if (told?.value !== false) return skip(`it could not be told: ${told?.evidence ?? 'not asked'}`);
    // One cause, one finding: who takes no second turn at all takes none after such a call either.
    if ((await earlier('responses.turn'))?.status === 'fail') return saidBy('responses.turn');
    const dies = 'A call without arguments ends the session here, for the server refuses what it sent itself';
    if (hasNoGoals(effective))
      return warn(
        `${dies}. Goals are off, but tools of MCP servers remain that take none (list_mcp_resources).`,
        `codex-lmdeploy run   # starts Codex with a bridge that mends it; or ${UPGRADE}`,
      );
    return fail(
      `${dies}; Codex offers such tools by itself (get_goal).`,
      `${initLine()}   # switches goals off; or codex-lmdeploy run, whose bridge mends it; or, on the server: pip install -U 'lmdeploy>=0.18'`,
    );
  },
};

/** Whether `[features] goals = false` stands in a config; goals are on where nothing does (Codex 0.169.0). */
function hasNoGoals(config: TomlTable): boolean {
  const features = Object.hasOwn(config, 'features') ? config['features'] : undefined;
  return typeof features === 'object' && features !== null && 'goals' in features && features.goals === false;
}
