export interface Change {
  readonly request: string;
  readonly before: string;
  readonly after: string;
}

type Seen = Readonly<Record<string, unknown>>;

export function changesOf(version: string, against: string): Change[];
export function differences(before: Seen, after: Seen): Change[];
