import { explain, type ServerFacts } from '../../lmdeploy/facts.js';
import { type Check, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';

/** What each release costs a session of Codex (docs/contract.md); one before 0.14 has failed `server.kind`. */
const COSTS: Readonly<Record<NonNullable<ServerFacts['release']>, string | null>> = {
  '0.18+': null,
  '0.17': 'a call without arguments ends the session with most tool-call parsers',
  '0.16':
    'a call without arguments ends the session with most tool-call parsers, model_reasoning_effort = "max" is refused, and an "openai" package of 2.45 or newer breaks every answer',
  '0.14-0.15':
    'a call without arguments ends the session with most tool-call parsers, too long a conversation ends in empty answers instead of an error, model_reasoning_effort = "max" is refused, and an "openai" package of 2.45 or newer breaks every answer',
};

export const serverRelease: Check = {
  ...titled('server.release'),
  requires: ['server.kind'],
  async run({ discovery, launchLine }) {
    await discovery.opening();
    const evidence = await discovery.evidence();
    const release = evidence && explain(evidence).release;
    if (!release?.value) return skip(`its release could not be told: ${release?.evidence ?? 'not asked'}`);
    const costs = COSTS[release.value];
    if (costs === null) return pass(`LMDeploy ${release.value}, ${release.evidence}`);
    return warn(
      `LMDeploy ${release.value} (told ${release.evidence}): ${costs}.`,
      `pip install -U 'lmdeploy>=0.18' && ${await launchLine('upgrades it, and starts it again')}`,
    );
  },
};
