import { explain, type ServerFacts } from '../../lmdeploy/facts.js';
import { type Check, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';

/** What an old release costs. */
interface Cost {
  readonly what: string;
  /** A bridge makes up for it. */
  readonly isMended?: true;
}

const BARE_CALLS: Cost = {
  what: 'a call without arguments ends the session with most tool-call parsers',
  isMended: true,
};
const MAX_EFFORT: Cost = { what: 'model_reasoning_effort = "max" is refused', isMended: true };
const OPENAI: Cost = { what: 'an "openai" package of 2.45 or newer breaks every answer' };

/** What each release costs a session of Codex (docs/contract.md); one before 0.14 has failed `server.kind`. */
const COSTS: Readonly<Record<NonNullable<ServerFacts['release']>, readonly Cost[]>> = {
  '0.18+': [],
  '0.17': [BARE_CALLS],
  '0.16': [BARE_CALLS, MAX_EFFORT, OPENAI],
  '0.14-0.15': [
    BARE_CALLS,
    { what: 'too long a conversation ends in empty answers instead of an error' },
    MAX_EFFORT,
    OPENAI,
  ],
};

export const serverRelease: Check = {
  ...titled('server.release'),
  requires: ['server.kind'],
  async run({ discovery, launchLine, settings }) {
    await discovery.opening();
    const evidence = await discovery.evidence();
    const release = evidence && explain(evidence).release;
    if (!release?.value) return skip(`its release could not be told: ${release?.evidence ?? 'not asked'}`);
    const all = COSTS[release.value];
    if (all.length === 0) return pass(`LMDeploy ${release.value}, ${release.evidence}`);
    const costs = all.filter(({ isMended }) => settings.bridge === null || !isMended).map(({ what }) => what);
    if (costs.length === 0)
      return pass(`LMDeploy ${release.value}, ${release.evidence}; the bridge mends what it can't do`);
    return warn(
      `LMDeploy ${release.value} (told ${release.evidence}): ${listed(costs)}.`,
      `pip install -U 'lmdeploy>=0.18' && ${await launchLine('upgrades it, and starts it again')}`,
    );
  },
};

function listed(words: readonly string[]): string {
  const [last = '', ...others] = [...words].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')}, and ${last}`;
}
