import type { Symptom } from '../lmdeploy/symptoms.js';
import type { Examination } from './examination.js';

export type Status = 'pass' | 'warn' | 'fail' | 'skip';

/** What a check found. A fail or a warn carries a remedy that the user can paste. */
export type Finding =
  | { readonly status: 'pass'; readonly detail: string; readonly remedy?: null }
  | {
      readonly status: 'skip';
      readonly detail: string;
      readonly remedy?: null;
      /** The check that says it already; what needs this one needs that one. */
      readonly saidBy?: string;
    }
  | { readonly status: 'warn' | 'fail'; readonly detail: string; readonly remedy: string };

/** One question about one thing. Its id is stable: scripts name it. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** Checks whose failure makes this one senseless. They stand before it in the list. */
  readonly requires: readonly string[];
  /** Whether there is anything to look at; by itself: always. One that is named runs all the same. */
  applies?(examination: Examination): boolean;
  run(examination: Examination, earlier: Earlier): Promise<Finding>;
}

/** What a check that stands before this one in the list came to; null where it is not run. */
export type Earlier = (id: string) => Promise<Result | null>;

export const pass = (detail: string): Finding => ({ status: 'pass', detail });
export const skip = (detail: string): Finding => ({ status: 'skip', detail });
export const saidBy = (id: string): Finding => ({ status: 'skip', detail: `needs ${id}`, saidBy: id });
export const warn = (detail: string, remedy: string): Finding => ({ status: 'warn', detail, remedy });
export const fail = (detail: string, remedy: string): Finding => ({ status: 'fail', detail, remedy });
/** The same of what the server's part of this program has put into words. */
export const failBy = ({ detail, remedy }: Symptom): Finding => fail(detail, remedy);

/** A check's finding with what a report says beside it. */
export interface Result {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly detail: string;
  readonly remedy: string | null;
  readonly durationMs: number;
}
