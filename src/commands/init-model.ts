import type { Examination } from '../doctor/examination.js';
import { CliError } from '../errors.js';
import { nearestModel } from '../lmdeploy/nearest-model.js';
import { enumerate, printable } from '../ui/printable.js';
import { quoted } from '../ui/shell-word.js';

/** What decides which model is written. */
export interface ModelWish {
  /** `--model`. */
  readonly asked: string | undefined;
  /** The one that the config selects on our provider. */
  readonly configured: string | null;
  /** `--force`: an unserved model is written all the same. */
  readonly force: boolean;
  /** Puts the choice to the user; null where nobody can be asked. */
  readonly ask: ((served: readonly string[]) => Promise<string>) | null;
}

/**
 * The model for the config: the one asked for, else the configured one if it is served, else the only one, else the
 * user's choice. Null: one that is not served was forced, so no turn can be tried.
 *
 * @throws CliError `model-not-served`, `model-needed`
 */
export async function chooseModel(served: readonly string[], wish: ModelWish): Promise<string | null> {
  const { asked, configured } = wish;
  if (asked !== undefined) {
    if (served.includes(asked)) return asked;
    if (wish.force) return null;
    throw notServed(asked, served);
  }
  if (configured !== null && served.includes(configured)) return configured;
  const [only, ...more] = served;
  if (only === undefined && wish.force) return null;
  if (only === undefined) throw notServed('', served);
  if (more.length === 0) return only;
  if (wish.ask !== null) return wish.ask(served);
  throw new CliError(
    'model-needed',
    `The server serves ${served.length} models, and none is chosen: ${enumerate(served)}.`,
    `Choose one: --model ${quoted(only)}`,
  );
}

/** The model where the server did not decide it: `--offline`, or `--force` with a server that is down. */
export function modelWithoutServer({ configuredModel }: Examination, asked: string | undefined): string {
  const model = asked ?? configuredModel;
  if (model !== null && model !== undefined) return model;
  throw new CliError(
    'model-needed',
    'No model is named, and without the server none can be looked up.',
    'Name it with --model, as lmdeploy serve api_server was told.',
  );
}

function notServed(model: string, served: readonly string[]): CliError {
  if (served.length === 0)
    return new CliError(
      'model-not-served',
      'The server lists no model at all.',
      'Start it again with a model: lmdeploy serve api_server MODEL',
    );
  return new CliError(
    'model-not-served',
    `"${printable(model)}" is not served; the server lists ${enumerate(served)}.`,
    `Use the served name, its case counts: --model ${quoted(nearestModel(model, served))}`,
  );
}
