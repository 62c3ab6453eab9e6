import type { Network } from '../lmdeploy/network.js';

/** What all requests through one bridge have in common. */
export interface Passage {
  /** The server's `/v1` root. */
  readonly upstream: string;
  /** The served model, where a request names none; null: not known. */
  readonly model: string | null;
  /** The variable that Codex has the key in; null: not known. */
  readonly keyVariable: string | null;
  readonly network: Network;
  /** The bridge's name in the `via` header, by which it knows its own requests again. */
  readonly via: string;
  /** After how much silence Codex gets a sign of life, in milliseconds. */
  readonly silenceMs: number;
  /** Whether the server has completed a turn. */
  hasAnswered: boolean;
  /** Tells the log something that it has not been told before. */
  sayOnce(line: string): void;
}
