import { expect } from 'vitest';
import { apply, findings, type Machine, machine, type Setup } from './machine.js';

interface Broken extends Setup {
  readonly what: string;
  set(machine: Machine): Promise<unknown> | unknown;
  /** What the words of any report hold that names the cause; without it, what ours has to hold. */
  readonly cause?: RegExp;
  /** What an old release is warned about wherever it is met, beside the fault itself. */
  readonly beside?: readonly string[];
}

/** A fault that doctor has to tell: by which one check, and what its detail has to hold. */
interface ToldFault extends Broken {
  readonly check: string;
  readonly status: 'fail' | 'warn';
  readonly says: RegExp;
  /** Whether the remedy can be pasted as it is, and everything is right then. */
  readonly mends?: true;
}

/** A fault that no check tells of yet. */
interface UntoldFault extends Broken {
  readonly check: null;
  readonly cause: RegExp;
}

export type Fault = ToldFault | UntoldFault;

/** A title for a row's test. */
export function titled(faults: readonly Fault[]): [string, Fault][] {
  return faults.map((fault) => [
    `${fault.what}: ${fault.check === null ? 'told by no check yet' : `${fault.status} ${fault.check}`}`,
    fault,
  ]);
}

/** Breaks a machine, and holds doctor against what the row says. */
export async function hold(fault: Fault): Promise<void> {
  const broken = await machine(fault);
  await fault.set(broken);
  const found = await findings(broken);
  const { beside = [] } = fault;
  expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining([...beside]));
  const own = found.filter(({ id }) => !beside.includes(id));
  expect(
    own.map(({ id, status }) => [id, status]),
    words(found).join('\n'),
  ).toEqual(fault.check === null ? [] : [[fault.check, fault.status]]);
  if (fault.check === null) return;
  const [{ detail, remedy } = { detail: '', remedy: '' }] = own;
  expect(detail).toMatch(fault.says);
  if (fault.cause) expect(detail).toMatch(fault.cause);
  expect(remedy).toBeTruthy();
  if (!fault.mends) return;
  await apply(remedy ?? '', broken);
  const left = (await findings(broken)).filter(({ id }) => !beside.includes(id));
  expect(words(left), remedy ?? '').toEqual([]);
}

function words(found: Awaited<ReturnType<typeof findings>>): string[] {
  return found.map(({ id, detail }) => `${id}: ${detail}`);
}
