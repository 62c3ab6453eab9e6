import type { Evidence } from './discover.js';
import type { ServerFacts } from './facts.js';
import { isAnswered, lockOf } from './opening.js';
import { releaseOf } from './release.js';

/** A fact, and what it was told by; null: not known. */
export interface Told<T> {
  readonly value: T | null;
  /** A sentence part for a person, from what the server did. */
  readonly evidence: string;
}

export const NOT_ASKED: Told<never> = { value: null, evidence: 'not asked' };

/** Who serves, and whom it lets in. */
export function toldOfServer(evidence: Evidence) {
  return {
    kind: kindOf(evidence),
    release: releaseTold(evidence),
    keyRequired: keyRequiredOf(evidence),
    keyAccepted: keyAcceptedOf(evidence),
    asleep: asleepOf(evidence),
  };
}

function kindOf({ listing, opening }: Evidence): Told<NonNullable<ServerFacts['kind']>> {
  if (opening?.nodes) return { value: 'lmdeploy-proxy', evidence: '/nodes/status answers' };
  switch (listing.state) {
    case 'listed':
      return {
        value: listing.ofLmdeploy ? 'lmdeploy' : 'other',
        evidence: `its model list is that of ${listing.software ?? 'a program that does not name itself'}`,
      };
    case 'locked':
      return listing.error.ofLmdeploy
        ? { value: 'lmdeploy', evidence: 'it refuses the key as LMDeploy does' }
        : { value: null, evidence: 'what refuses the key is not LMDeploy, but may stand before one' };
    case 'strange':
      return { value: 'other', evidence: `/models answers with ${listing.what}` };
    case 'no-answer':
      return { value: null, evidence: listing.trouble.message };
  }
}

function releaseTold({ opening }: Evidence): Told<NonNullable<ServerFacts['release']>> {
  if (!opening?.empty) return NOT_ASKED;
  const value = releaseOf(opening.empty, opening.text, opening.unstreamed);
  const evidence =
    value === null
      ? 'it refuses an empty input in no way that is known'
      : 'by how it refuses an empty input and counts tokens';
  return { value, evidence };
}

function keyRequiredOf({ keyRequired, listing, keySent, opening }: Evidence): Told<boolean> {
  const lock = lockOf(opening);
  if (lock !== null) return { value: true, evidence: `a turn is refused (${lock.status}): ${lock.message}` };
  if (keyRequired === null) return { value: null, evidence: 'no models were listed' };
  if (!keyRequired) return { value: false, evidence: 'it lists its models without a key' };
  const status = listing.state === 'locked' ? `${listing.error.status} ` : '';
  return { value: true, evidence: `${status}without ${keySent ? 'the right' : 'a'} key` };
}

function keyAcceptedOf({ keySent, listing, opening }: Evidence): Told<boolean> {
  if (!keySent) return { value: null, evidence: 'no key was sent' };
  const lock = lockOf(opening);
  if (lock !== null) return { value: false, evidence: `a turn is refused (${lock.status}): ${lock.message}` };
  if (listing.state === 'listed') return { value: true, evidence: 'it lists its models with the key' };
  if (listing.state !== 'locked') return { value: null, evidence: 'no models were listed' };
  return { value: false, evidence: `it says "${listing.error.message}" (${listing.error.status})` };
}

function asleepOf({ opening }: Evidence): Told<boolean> {
  if (opening === null) return NOT_ASKED;
  if (opening.health?.state === 'asleep') return { value: true, evidence: opening.health.said };
  if (isAnswered(opening)) return { value: false, evidence: 'it answers a turn' };
  return { value: null, evidence: 'no turn was answered' };
}
