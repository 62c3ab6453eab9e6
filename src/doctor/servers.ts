import type { Context } from '../context.js';
import { factsOf, type ServerFacts } from '../lmdeploy/facts.js';
import type { CommonFlags } from '../options.js';
import type { Terminal } from '../ui/terminal.js';
import type { Check, Result } from './check.js';
import { type Chooser, type Examination, examine } from './examination.js';
import { runChecks } from './run.js';

/** One server of several, as it was found. */
export interface ServerSeen {
  /** Its `/v1` root. */
  readonly baseUrl: string;
  readonly examination: Examination;
  readonly results: readonly Result[];
  readonly facts: ServerFacts;
}

interface SeveralLooking {
  /** Their `/v1` roots. */
  readonly addresses: readonly string[];
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
  { addresses, checks, chooser, before = async () => undefined }: SeveralLooking,
): Promise<{ servers: readonly ServerSeen[]; close(): Promise<void> }> {
  const examinations = await Promise.all(
    addresses.map((baseUrl) => examine(context, { ...flags, baseUrl }, terminal, chooser)),
  );
  const close = async () => void (await Promise.all(examinations.map((one) => one.close())));
  const looking = terminal.progress(`Looking at ${addresses.length} servers`);
  try {
    const servers = await Promise.all(
      examinations.map(async (examination): Promise<ServerSeen> => {
        await before(examination);
        const [results, evidence] = await Promise.all([
          runChecks(checks, examination),
          examination.discovery.everything(),
        ]);
        const { value: baseUrl } = examination.settings.baseUrl;
        return { baseUrl, examination, results, facts: factsOf(evidence) };
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
