import { readToml } from '../toml/read.js';
import type { Kept } from './imprint.js';
import type { FileSeen, Plan } from './plan.js';
import { withdraw } from './record.js';

/** Something of the user's that stays in a file. */
export interface KeptInFile extends Kept {
  readonly file: string;
}

export interface RemovalPlan extends Plan {
  readonly kept: readonly KeptInFile[];
}

/**
 * What has to change in a file so that nothing of these providers' is left in it. Pure.
 *
 * @throws EditRefused, TomlSyntaxError
 */
export function planRemoval(file: FileSeen, providers: readonly string[]): RemovalPlan {
  let left = { text: file.text, record: file.record };
  const kept: KeptInFile[] = [];
  for (const provider of [...providers].reverse()) {
    const next = withdraw(left, provider, true);
    kept.push(...next.kept.map((one) => ({ ...one, file: file.path })));
    left = next;
  }
  const { text: after, record } = left;
  // A file that init had made was to go.
  if (file.record?.base === null && record === null && after !== null)
    kept.push(...othersIn(after, file.path));
  const action = after === file.text ? 'unchanged' : after === null ? 'delete' : 'update';
  const isChange = action !== 'unchanged' || record !== file.record;
  return {
    files: [{ kind: 'config', path: file.path, action, isChange, before: file.text, after, record }],
    notes: [],
    kept,
  };
}

function othersIn(text: string, file: string): KeptInFile[] {
  return Object.keys(readToml(text)).map((name) => ({ file, path: [name], why: 'added' }));
}
