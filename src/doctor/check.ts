import type { Examination } from './examination.js';

export type Status = 'pass' | 'warn' | 'fail' | 'skip';

/** What a check found. A fail or a warn carries a remedy that the user can paste. */
export type Finding =
  | { readonly status: 'pass' | 'skip'; readonly detail: string; readonly remedy?: null }
  | { readonly status: 'warn' | 'fail'; readonly detail: string; readonly remedy: string };

/** One question about one thing. Its id is stable: scripts name it. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** Checks whose failure makes this one senseless. They stand before it in the list. */
  readonly requires: readonly string[];
  /** Checks whose failure explains one of this one, which is then no finding of its own. They stand before it too. */
  readonly explainedBy?: readonly string[];
  run(examination: Examination): Promise<Finding>;
}

export const pass = (detail: string): Finding => ({ status: 'pass', detail });
export const skip = (detail: string): Finding => ({ status: 'skip', detail });
export const warn = (detail: string, remedy: string): Finding => ({ status: 'warn', detail, remedy });
export const fail = (detail: string, remedy: string): Finding => ({ status: 'fail', detail, remedy });

/** A check's finding with what a report says beside it. */
export interface Result {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly detail: string;
  readonly remedy: string | null;
  readonly durationMs: number;
}
