import { expect } from 'vitest';
import { apply, findings, type Machine, machine, type Setup } from './machine.js';

/** One fault: what is broken, which one check has to say so, and what its detail has to hold. */
export interface Fault extends Setup {
  readonly what: string;
  set(machine: Machine): Promise<unknown> | unknown;
  readonly check: string;
  readonly status: 'fail' | 'warn';
  readonly says: RegExp;
  /** What an old release is warned about wherever it is met, beside the fault itself. */
  readonly beside?: readonly string[];
  /** Whether the remedy can be pasted as it is, and everything is right then. */
  readonly mends?: true;
}

/** Breaks a machine, and holds doctor against what the row says. */
export async function hold(fault: Fault): Promise<void> {
  const broken = await machine(fault);
  await fault.set(broken);
  const found = await findings(broken);
  const { check, status, says, beside = [], mends } = fault;
  expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining([...beside]));
  const own = found.filter(({ id }) => !beside.includes(id));
  expect(
    own.map((one) => [one.id, one.status]),
    words(found).join('\n'),
  ).toEqual([[check, status]]);
  const [{ detail, remedy } = { detail: '', remedy: '' }] = own;
  expect(detail).toMatch(says);
  expect(remedy).toBeTruthy();
  if (!mends) return;
  await apply(remedy ?? '', broken);
  const left = (await findings(broken)).filter(({ id }) => !beside.includes(id));
  expect(words(left), remedy ?? '').toEqual([]);
}

function words(found: Awaited<ReturnType<typeof findings>>): string[] {
  return found.map(({ id, detail }) => `${id}: ${detail}`);
}
