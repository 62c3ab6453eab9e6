import { randomUUID } from 'node:crypto';
import { processStart } from '../../lmdeploy/process-start.js';
import { type Check, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

/** Enough that chance alone does not keep them together: each time on one of two, one in four thousand. */
const SESSIONS = 6;
const REQUESTS = 3;

export const fleetSticky: Check = {
  ...titled('fleet.sticky'),
  requires: ['server.reachable'],
  applies: ({ fleet }) => fleet !== null,
  async run(examination) {
    const { fleet, discovery } = examination;
    if (!fleet?.hasFront) return skip('no front was given: put its address first');
    const names = await byStart(examination);
    if (names === null)
      return skip(
        'which server answers can not be told: two of them were started in the same hundredth of a second',
      );
    const met = await Promise.all(
      Array.from({ length: SESSIONS }, async () => {
        const session = randomUUID();
        const starts: (string | null)[] = [];
        for (let asked = 0; asked < REQUESTS; asked += 1)
          starts.push(await processStart(discovery.client, session));
        return starts;
      }),
    );
    if (met.flat().includes(null))
      return skip('which server answers can not be told: the front or a server gives no /metrics');
    const parted = met.filter((starts) => new Set(starts).size > 1);
    if (parted.length > 0)
      return warn(
        `${parted.length} of ${SESSIONS} sessions met more than one server in ${REQUESTS} requests: each server has to read a session anew, for its prefix cache does not have it. (A front does that, too, for some seconds after a server has come back.)`,
        writeFront(examination),
      );
    const firsts = met.map(([start]) => start ?? null);
    if (!firsts.some((start) => names.has(start)))
      return skip('behind that address is none of the servers that were named: it is no front before them');
    return pass(`${SESSIONS} sessions, each on one server: ${shares(firsts, names)}`);
  },
};

/** The servers that were looked at themselves, by when each was started; null: two were at the same moment. */
async function byStart({ fleet }: Examination): Promise<Map<string | null, string> | null> {
  const servers = fleet?.servers ?? [];
  const starts = await Promise.all(
    servers.map(({ examination }) => processStart(examination.discovery.client)),
  );
  const known = starts.filter((start) => start !== null);
  if (new Set(known).size < known.length) return null;
  return new Map(servers.map(({ baseUrl }, index) => [starts[index] ?? null, new URL(baseUrl).host]));
}

/** How many sessions met which server. */
function shares(met: readonly (string | null | undefined)[], names: Map<string | null, string>): string {
  const counts = new Map<string, number>();
  for (const start of met) {
    const name = names.get(start ?? null) ?? 'another';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} on ${name}`).join(', ');
}

/** The line that writes a front for these servers which keeps sessions together and streams. */
export function writeFront({ fleet }: Examination): string {
  const servers = fleet?.servers.map(({ baseUrl }) => ` --server ${baseUrl.replace(/\/v1$/, '')}`) ?? [];
  return `codex-lmdeploy print nginx${servers.join('')}   # a front that does; or print haproxy`;
}
