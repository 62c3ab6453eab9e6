import type { Note } from '../codex/notes.js';
import { enumerate } from '../ui/printable.js';

/** What was found about one of several models. */
export interface ModelNote {
  readonly model: string;
  /** The `/v1` root of its server. */
  readonly server: string;
  readonly note: Note;
}

/** Notes that name their models; what a server lacks for each of its models is one. Pure. */
export function notesByModel(found: readonly ModelNote[]): Note[] {
  const groups = new Map<string, ModelNote[]>();
  for (const one of found) {
    const key = JSON.stringify([one.server, one.note.id, one.note.detail]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const models = enumerate(group.map(({ model }) => model));
    return [{ ...first.note, detail: `${models}: ${first.note.detail}` }];
  });
}
