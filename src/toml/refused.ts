/** What keeps an edit from being made: the key, the line in the way where there is one, and the reason. */
export class EditRefused extends Error {
  readonly path: readonly string[];
  readonly line: number | null;
  readonly reason: string;

  constructor(path: readonly string[], line: number | null, reason: string) {
    const what = path.length === 0 ? 'edit this file' : `change ${spell(path)}`;
    const where = line === null ? '' : ` at line ${line}`;
    super(`Cannot ${what}${where}: ${reason}.`);
    this.name = 'EditRefused';
    this.path = path;
    this.line = line;
    this.reason = reason;
  }
}

/** A key path as a person reads it; JSON's escapes take any string, so that a message can always be made. */
function spell(path: readonly string[]): string {
  return path.map((name) => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name))).join('.');
}
