export interface TimeLimit {
  /** Aborted with the caller's reason, or with a `TimeoutError` when the time is over. */
  readonly signal: AbortSignal;
  /** Lets go of the clock and of the caller's signal. */
  readonly end: () => void;
}

/**
 * A limit of `ms` milliseconds on what `caller` may end sooner.
 *
 * `AbortSignal.any([caller, AbortSignal.timeout(ms)])` would say the same, but Node 20 (20.19, 20.20) collects it as
 * garbage, and then it never ends: a server that drips was waited for as long as it dripped.
 */
export function timeLimit(caller: AbortSignal, ms: number): TimeLimit {
  const ending = new AbortController();
  const follow = () => ending.abort(caller.reason);
  const clock = setTimeout(() => ending.abort(new DOMException('The time is over.', 'TimeoutError')), ms);
  if (caller.aborted) follow();
  else caller.addEventListener('abort', follow, { once: true });
  const end = () => {
    clearTimeout(clock);
    caller.removeEventListener('abort', follow);
  };
  return { signal: ending.signal, end };
}
