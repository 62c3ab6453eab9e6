import { greet, type Script } from '../../../src/stand-in/script.js';
import type { Fault } from '../fault.js';

/** A model that calls a tool it knows from training, where Codex offers another. */
const trained = (): Script => (turn) => {
  const said = greet(turn);
  if (said.calls !== undefined || turn.tools.length === 0) return said;
  return { calls: [{ name: 'apply_patch', arguments: '{"input":"*** Begin Patch"}' }] };
};

/** What ends or spoils sessions, and what no check tells of yet. */
export const UNTOLD: readonly Fault[] = [
  {
    what: 'a model that calls tools which Codex does not offer, so that LMDeploy 0.18 answers nothing',
    set: () => undefined,
    speaks: trained,
    check: null,
    cause: /apply_patch/,
  },
];
