import type { Note } from '../codex/notes.js';
import type { Result } from '../doctor/check.js';
import { printable } from '../ui/printable.js';
import type { Served } from './front.js';

/** A server that may get a place behind a front, as it was found. */
export interface Candidate {
  /** Its `/v1` root. */
  readonly baseUrl: string;
  /** The models that it lists, the base before its adapters; none where it did not answer. */
  readonly models: readonly string[];
  /** What was looked at, in order. */
  readonly results: readonly Result[];
}

/**
 * Which servers go behind a front, and as servers of which model. One with a failed check, or without the model, stays
 * out unless `all` are to be kept; one that is merely warned about goes in. Pure.
 *
 * @param model the model that the front is for; null: the first that a sound server lists
 */
export function admit(
  candidates: readonly Candidate[],
  { model, all }: { model: string | null; all: boolean },
): { served: Served[]; model: string | null; notes: Note[] } {
  const sound = candidates.find((one) => faultOf(one) === null && one.models.length > 0);
  const wanted =
    model ?? sound?.models[0] ?? candidates.find(({ models }) => models.length > 0)?.models[0] ?? null;
  const served: Served[] = [];
  const notes: Note[] = [];
  for (const candidate of candidates) {
    const { baseUrl, models, results } = candidate;
    const why = faultOf(candidate) ?? otherModel(candidate, wanted, all);
    const own = wanted !== null && (models.includes(wanted) || models.length === 0) ? wanted : models[0];
    const isIn = (why === null || all) && own !== undefined;
    if (isIn) served.push({ baseUrl, model: own });
    if (why !== null)
      notes.push({
        ...why,
        detail: `${baseUrl} ${isIn ? 'is kept (--all), although' : 'is left out'}: ${why.detail}`,
      });
    else
      for (const { id, status, detail, remedy } of results)
        if (status === 'warn') notes.push({ id, detail: `${baseUrl}: ${detail}`, remedy: remedy ?? '' });
  }
  return { served, model: wanted, notes };
}

function faultOf({ results }: Candidate): Note | null {
  const fault = results.find(({ status }) => status === 'fail');
  return fault === undefined ? null : { id: fault.id, detail: fault.detail, remedy: fault.remedy ?? '' };
}

function otherModel({ baseUrl, models }: Candidate, wanted: string | null, all: boolean): Note | null {
  if (wanted === null || models.includes(wanted)) return null;
  const names = models.map(printable).join(', ');
  return {
    id: 'model.served',
    detail: `it serves ${names === '' ? 'no model' : names}, not ${printable(wanted)}`,
    remedy: all
      ? 'Set Codex up for it by its path: codex-lmdeploy init http://FRONT/NAME --profile NAME'
      : `Write a front for it with --model, give it a path of its own with --all, or serve ${printable(wanted)} on ${new URL(baseUrl).host}.`,
  };
}
