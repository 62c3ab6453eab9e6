import { expect } from 'vitest';
import { apply, findings, type Machine, machine, type Setup } from './machine.js';

/** One fault: what is broken, which one check has to say so, and what its detail has to hold. */
export interface Fault extends Setup {
  readonly what: string;
  set(machine: Machine): Promise<unknown> | unknown;
  readonly check: string;
  readonly status: 'fail' | 'warn';
  readonly says: RegExp;
  /** Whether the remedy can be pasted as it is, and everything is right then. */
  readonly mends?: true;
}

/** Breaks a machine, and holds doctor against what the row says. */
export async function hold(fault: Fault): Promise<void> {
  const broken = await machine(fault);
  await fault.set(broken);
  const found = await findings(broken);
  expect(found.map(({ id, status }) => [id, status])).toEqual([[fault.check, fault.status]]);
  const [{ detail, remedy } = { detail: '', remedy: '' }] = found;
  expect(detail).toMatch(fault.says);
  expect(remedy).toBeTruthy();
  if (!fault.mends) return;
  await apply(remedy ?? '', broken);
  expect((await findings(broken)).map(({ id, detail: still }) => `${id}: ${still}`)).toEqual([]);
}
