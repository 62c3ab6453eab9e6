import type { Output } from '../standard-output.js';
import type { Palette } from './palette.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const CLEAR_LINE = '\r\u001b[2K';

export interface Progress {
  /** Shows other words from the next frame on. */
  say(label: string): void;
  /** Takes the line away again. */
  done(): void;
}

/**
 * One line that moves while something is waited for. Not clack's spinner: that one takes the keyboard and ends the
 * process itself on Ctrl-C, with the wrong exit code.
 *
 * @param stream null: show nothing
 */
export function progress(stream: Output | null, label: string, colors: Palette): Progress {
  if (stream === null) return { say: () => undefined, done: () => undefined };
  let words = label;
  let frame = 0;
  const draw = () => {
    const width = Math.max(10, (stream.columns ?? 80) - 4);
    stream.write(`${CLEAR_LINE}${colors.cyan(FRAMES[frame % FRAMES.length] ?? '')} ${words.slice(0, width)}`);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  return {
    say(other) {
      words = other;
    },
    done() {
      clearInterval(timer);
      stream.write(CLEAR_LINE);
    },
  };
}
