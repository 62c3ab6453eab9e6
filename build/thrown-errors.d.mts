import type { Modules } from './parsed-source.mjs';

export interface ThrownError {
  readonly where: string;
  readonly codes: readonly string[];
  readonly messages: readonly string[];
  readonly hints: readonly string[];
  readonly check: string | null;
}

export function thrownErrors(modules: Modules): ThrownError[];
