import { differences } from '../../fleet/differences.js';
import { AGAIN, launchRemedy, reasoningParserFor } from '../../lmdeploy/launch.js';
import { type Check, fail, pass, skip } from '../check.js';
import type { ServerSeen } from '../servers.js';
import { titled } from '../titles.js';

export const fleetSame: Check = {
  ...titled('fleet.same'),
  requires: [],
  applies: ({ fleet }) => fleet !== null,
  async run({ fleet }) {
    const servers = fleet?.servers ?? [];
    if (servers.length < 2) return skip('there is only one server to look at: name others with --server');
    const silent = servers.filter(isSilent);
    const groups = alike(servers);
    const found = groups.flatMap((group) =>
      differences(group.filter((one) => !isSilent(one)).map(({ facts }) => facts)),
    );
    const [odd] = found;
    const sentences = [
      ...found.map(({ baseUrl, parts }) => `${hostOf(baseUrl)} ${parts.join('; ')}.`),
      ...silent.map(({ baseUrl }) => `${hostOf(baseUrl)} does not answer.`),
    ];
    if (sentences.length === 0 && groups.every(({ length }) => length < 2))
      return skip('each of them is there for a model of its own');
    if (sentences.length === 0)
      return pass(`${servers.length} servers: model, release, window, parsers, key`);
    const first = servers.find(({ baseUrl }) => baseUrl === (odd ?? silent[0])?.baseUrl);
    const group = groups.find((one) => first !== undefined && one.includes(first)) ?? servers;
    // That one wants a key is never what is wrong: the line would open it to everybody.
    const open = group.find(({ facts }) => facts.keyRequired === false);
    const toMend = wantsKey(group) ? (open ?? first) : first;
    return fail(sentences.join(' '), toMend === undefined ? '' : likeOthers(toMend, group));
  },
};

/** Those that have to be like each other: the profiles of `init --all-models` each have their own model, and server. */
function alike(servers: readonly ServerSeen[]): ServerSeen[][] {
  const roles = new Set(servers.map(({ role }) => role));
  return [...roles].map((role) => servers.filter((one) => one.role === role));
}

/** The line that starts a server as another one, which is like most, was started. */
function likeOthers(odd: ServerSeen, servers: readonly ServerSeen[]): string {
  const usual = servers.find((one) => !isSilent(one) && !differsFrom(one, servers)) ?? servers[0];
  const { hostname, port } = new URL(odd.baseUrl);
  // One that wants another key has told nothing of itself.
  const { facts } = usual !== undefined && usual.facts.models.length > 0 ? usual : odd;
  const { models, contextWindow, release, responses } = facts;
  const model = models[0] ?? 'Qwen/Qwen3.5-35B-A3B';
  const isOlder = odd.facts.release !== null && odd.facts.release !== release && release === '0.18+';
  const line = launchRemedy(model, AGAIN, hostname, {
    port,
    hasParser: responses.toolCall === true,
    ...reasoningParserFor(model, responses.reasoning),
    ...(contextWindow !== null && { sessionLength: contextWindow }),
    ...(wantsKey(servers) && { apiKeysFrom: odd.examination.settings.envKey.value ?? 'LMDEPLOY_API_KEY' }),
  });
  return isOlder ? `pip install -U 'lmdeploy>=0.18' && ${line}` : line;
}

function wantsKey(servers: readonly ServerSeen[]): boolean {
  return servers.some(({ facts }) => facts.keyRequired);
}

function differsFrom({ baseUrl }: ServerSeen, servers: readonly ServerSeen[]): boolean {
  return differences(servers.map(({ facts }) => facts)).some((one) => one.baseUrl === baseUrl);
}

function isSilent({ facts, results }: ServerSeen): boolean {
  return (
    facts.kind === null && results.some(({ id, status }) => id === 'server.reachable' && status === 'fail')
  );
}

function hostOf(baseUrl: string): string {
  return baseUrl.replace(/^https?:\/\//, '').replace(/\/v1$/, '');
}
