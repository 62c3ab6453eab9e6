import { AGAIN, launch } from '../../lmdeploy/launch.js';
import { reasoningSeen } from '../../lmdeploy/told-turns.js';
import { type Check, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';

const WORDS = { none: 'the model does not think aloud', separate: 'thoughts are kept apart' } as const;

export const responsesReasoning: Check = {
  ...titled('responses.reasoning'),
  requires: ['responses.answers'],
  async run({ discovery, launchLine }) {
    // Where a turn with a call is tried anyway, it may tell what the plain one does not.
    await discovery.tool();
    const evidence = await discovery.evidence();
    const seen = evidence && reasoningSeen(evidence);
    const model = (await discovery.model()) ?? '';
    const again = await launchLine(AGAIN);
    if (seen?.swallowed && seen.kind === 'separate')
      return warn(
        'The answer to a plain turn was empty: a reasoning parser took all of it for a thought.',
        withoutReasoningParser(again),
      );
    switch (seen?.kind) {
      case 'inline':
        return warn(
          'Raw <think> stands in the answers, for the server runs without --reasoning-parser.',
          await launchLine(AGAIN, { reasoningParser: launch(model).reasoningParser ?? 'default' }),
        );
      case 'none':
      case 'separate':
        return pass(`${WORDS[seen.kind]}: ${seen.evidence}`);
      default:
        return skip(`it could not be told: ${seen?.evidence ?? 'not asked'}`);
    }
  },
};

/** A model that does not think wants no such parser; one that does may just have had nothing to say. */
function withoutReasoningParser(line: string): string {
  return `${line.replace(/ --reasoning-parser \S+/, '')}, if the model is one that does not think`;
}
