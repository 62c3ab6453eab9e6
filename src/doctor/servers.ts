import type { Context } from '../context.js';
import { factsOf, type ServerFacts } from '../lmdeploy/facts.js';
import type { CommonFlags } from '../options.js';
import type { Terminal } from '../ui/terminal.js';
import type { Check, Result } from './check.js';
import { type Chooser, type Examination, examine } from './examination.js';
import { runChecks } from './run.js';

/** A server of several, and why it is one of them. */
export interface Member {
  /** Its `/v1` root. */
  readonly baseUrl: string;
  /** What names it: a config or profile, by which it is looked at then; `named`: somebody did. */
  readonly from: 'named' | 'config' | { readonly profile: string };
}

/** One server of several, as it was found. */
export interface ServerSeen {
  /** Its `/v1` root. */
  readonly baseUrl: string;
  /** The model that its config is for; null: it was named without one, as a server like the others. */
  readonly role: string | null;
  readonly examination: Examination;
  readonly results: readonly Result[];
  readonly facts: ServerFacts;
}

interface SeveralLooking {
  readonly members: readonly Member[];
  readonly checks: readonly Check[];
  readonly chooser: Chooser;
  /** What has to be over before a server is looked at. */
  readonly before?: (examination: Examination) => Promise<unknown>;
}

/** Looks at several servers side by side, each by the same checks; `close` ends the look. */
export async function lookAtServers(
  context: Context,
  flags: CommonFlags,
  terminal: Terminal,
  { members, checks, chooser, before = async () => undefined }: SeveralLooking,
): Promise<{ servers: readonly ServerSeen[]; close(): Promise<void> }> {
  const examinations = await Promise.all(
    members.map(({ baseUrl, from }) => {
      const profile = typeof from === 'object' ? from.profile : flags.profile;
      return examine(context, { ...flags, baseUrl, profile }, terminal, chooser);
    }),
  );
  const close = async () => void (await Promise.all(examinations.map((one) => one.close())));
  const looking = terminal.progress(`Looking at ${members.length} servers`);
  try {
    const servers = await Promise.all(
      examinations.map(async (examination, index): Promise<ServerSeen> => {
        await before(examination);
        const [results, evidence] = await Promise.all([
          runChecks(checks, examination),
          examination.discovery.everything(),
        ]);
        const { value: baseUrl } = examination.settings.baseUrl;
        const role = members[index]?.from === 'named' ? null : examination.configuredModel;
        return { baseUrl, role, examination, results, facts: factsOf(evidence) };
      }),
    );
    return { servers, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    looking.done();
  }
}

/** No server twice: the first place that names it counts. */
export function eachOnce(members: readonly Member[]): Member[] {
  return members.filter(
    ({ baseUrl }, index) => members.findIndex((one) => one.baseUrl === baseUrl) === index,
  );
}
