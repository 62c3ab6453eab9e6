import { setTimeout as pause } from 'node:timers/promises';
import { ownUserId } from '../context.js';

const PAUSE_MS = 50;
const TRIES = 40;
const HELD = ['EPERM', 'EACCES', 'EBUSY'];

/**
 * Does what Windows refuses while another program has the file open (a virus scanner, an editor, Codex), which mostly
 * takes a moment: again and again, for two seconds. Elsewhere the first refusal holds.
 *
 * @param work begins anew each time, and may look again whether the file is as it was
 * @throws what the last try threw
 */
export async function onceLetGo<T>(work: () => T | Promise<T>, isWindows = ownUserId() === null): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!isWindows || tries >= TRIES || !HELD.includes(code)) throw error;
    }
    await pause(PAUSE_MS);
  }
}
