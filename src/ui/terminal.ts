import type { Context } from '../context.js';
import { asCalled } from './as-called.js';
import { type Palette, palette } from './palette.js';
import { printableJson } from './printable.js';
import { type Progress, progress } from './progress.js';

interface Voice {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

/** Where a command's words go: data to stdout, all else to stderr. */
export interface Terminal {
  readonly out: Palette;
  readonly err: Palette;
  /** A line or more of what the user asked for. */
  data(text: string): void;
  /** The one document of `--json`. */
  document(value: unknown): void;
  /** What belongs to a question, so that `--quiet` can't leave it out. */
  beside(text: string): void;
  /** A word beside the data; `--quiet` leaves it out. */
  note(text: string): void;
  /** For `--verbose`. */
  trace(text: string): void;
  /** A sign of life during a wait: a spinner on a terminal, nothing elsewhere. */
  progress(label: string): Progress;
  /** Other words for the wait that goes on; nothing where none does. */
  update(label: string): void;
}

/** The terminal of one command, by its flags. */
export function openTerminal(context: Context, voice: Voice): Terminal {
  const { env } = context;
  // A stream takes Node 2 ms to open, so each waits for its first word.
  const out = () => palette(context.stdout, env, voice.color);
  const err = () => palette(context.stderr, env, voice.color);
  const isLively = () =>
    context.stderr.isTTY === true && !voice.quiet && !voice.verbose && env['TERM'] !== 'dumb';
  let waiting: Progress | null = null;
  const called = asCalled(context.self);
  return {
    get out() {
      return out();
    },
    get err() {
      return err();
    },
    data: (text) => void context.stdout.write(`${called(text)}\n`),
    document: (value) => void context.stdout.write(`${called(printableJson(value))}\n`),
    beside: (text) => void context.stderr.write(`${called(text)}\n`),
    note: (text) => void (voice.quiet || context.stderr.write(`${called(text)}\n`)),
    trace: (text) => void (voice.verbose && context.stderr.write(`${err().dim(text)}\n`)),
    progress(label) {
      const begun = progress(isLively() ? context.stderr : null, label, err());
      waiting = begun;
      return {
        ...begun,
        done() {
          waiting = null;
          begun.done();
        },
      };
    },
    update: (label) => waiting?.say(label),
  };
}
