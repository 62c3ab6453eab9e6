import type { ServerFacts } from '../lmdeploy/facts.js';
import { grouped } from '../ui/grouped.js';
import { printable } from '../ui/printable.js';

/** In what a server is not like the others, as parts of a sentence; at least one. */
export interface Difference {
  /** Its `/v1` root. */
  readonly baseUrl: string;
  readonly parts: readonly string[];
}

/** What of a server a session of Codex would feel, were it on another one. */
interface Trait {
  /** A value to compare; null: not known. */
  readonly of: (facts: ServerFacts) => string | number | boolean | null;
  readonly says: (facts: ServerFacts, usual: string | number | boolean) => string;
}

const whether = (of: (facts: ServerFacts) => boolean | null, yes: string, no: string): Trait => ({
  of,
  says: (facts) => (of(facts) ? yes : no),
});

const TRAITS: readonly Trait[] = [
  {
    of: ({ models }) => (models.length === 0 ? null : JSON.stringify([...models].sort())),
    says: ({ models }, usual) =>
      `serves ${models.map(printable).join(', ')} (the others: ${(JSON.parse(String(usual)) as string[]).map(printable).join(', ')})`,
  },
  {
    of: ({ release }) => release,
    says: ({ release }, usual) => `is LMDeploy ${release} (the others: ${usual})`,
  },
  {
    of: ({ contextWindow }) => contextWindow,
    says: ({ contextWindow }, usual) =>
      `takes ${grouped(contextWindow ?? 0)} tokens (the others: ${grouped(Number(usual))})`,
  },
  whether(({ asleep }) => asleep, 'is asleep', 'is awake, unlike the others'),
  whether(
    ({ keyAccepted }) => keyAccepted,
    'takes the key, unlike the others',
    'does not take the key that the others take',
  ),
  whether(
    ({ keyRequired }) => keyRequired,
    'wants a key, unlike the others',
    'lets anybody in, and the others want a key',
  ),
  whether(
    ({ responses }) => responses.answers,
    'answers turns, unlike the others',
    'does not answer turns, unlike the others',
  ),
  whether(
    ({ responses }) => responses.toolCall,
    'recognises the model’s calls, unlike the others',
    'does not recognise the model’s calls, unlike the others',
  ),
  whether(
    ({ responses }) => responses.secondTurn,
    'takes a second turn, unlike the others',
    'refuses a second turn, unlike the others',
  ),
  whether(
    ({ responses }) => responses.emptyArguments,
    'takes a call without arguments back, unlike the others',
    'ends a session at a call without arguments, unlike the others',
  ),
  {
    of: ({ responses }) => responses.undeclaredCalls,
    says: ({ responses }, usual) =>
      `has undeclared calls ${responses.undeclaredCalls} (the others: ${usual})`,
  },
  {
    of: ({ responses }) => responses.reasoning,
    says: ({ responses }, usual) => `shows reasoning ${responses.reasoning} (the others: ${usual})`,
  },
];

/**
 * Which of several servers are not like most of them, and in what; where there is no majority, the first counts. What is
 * not known of a server tells nothing. Pure.
 */
export function differences(fleet: readonly ServerFacts[]): Difference[] {
  const parts = new Map<ServerFacts, string[]>();
  for (const trait of TRAITS) {
    const usual = mostFrequent(fleet.map(trait.of).filter((value) => value !== null));
    if (usual === undefined) continue;
    for (const facts of fleet) {
      const value = trait.of(facts);
      if (value === null || value === usual) continue;
      parts.set(facts, [...(parts.get(facts) ?? []), trait.says(facts, usual)]);
    }
  }
  // In the order of the fleet, whatever the trait was that told them apart first.
  return fleet.flatMap((facts) => {
    const found = parts.get(facts);
    return found === undefined ? [] : [{ baseUrl: facts.baseUrl, parts: found }];
  });
}

function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return values.find((value) => counts.get(value) === most);
}
