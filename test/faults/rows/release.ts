import type { Fault } from '../fault.js';
import { thinking } from './launch.js';

/** Old releases of LMDeploy, with a parser that has none of their faults. */
export const RELEASE: readonly Fault[] = [
  ...(['0.17', '0.16', '0.15', '0.14'] as const).map(
    (release): Fault => ({
      what: `LMDeploy ${release}`,
      set: () => undefined,
      server: { release, toolCallParser: 'qwen3coder', reasoningParser: true },
      speaks: thinking,
      check: 'server.release',
      status: 'warn',
      says: /^LMDeploy 0\.1[4-7].*: a call without arguments ends the session/,
      mends: true,
    }),
  ),
  {
    what: 'LMDeploy 0.16 with an openai package of 2.45 or newer',
    set: () => undefined,
    server: { release: '0.16-broken-openai' },
    check: 'responses.answers',
    status: 'fail',
    says: /LMDeploy 0\.14 to 0\.16 does this when its "openai" package is 2\.45 or newer/,
    beside: ['server.release'],
    mends: true,
  },
  {
    what: 'a call without arguments that LMDeploy 0.17 does not take back',
    set: () => undefined,
    server: { release: '0.17', toolCallParser: 'qwen3' },
    check: 'responses.arguments',
    status: 'fail',
    says: /A call without arguments ends the session here/,
    beside: ['server.release'],
  },
];
