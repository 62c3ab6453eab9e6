import type { ServerSeen } from './servers.js';

/** Several servers that are to do for Codex what one would. */
export interface Fleet {
  readonly servers: readonly ServerSeen[];
  /** Whether what the examination looks at is a front before them; else it is one of them, or nothing. */
  readonly hasFront: boolean;
}
