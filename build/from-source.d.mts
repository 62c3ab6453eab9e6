export function fromSource(...paths: string[]): Promise<Record<string, unknown>>;
export function moduleOf(...paths: string[]): Promise<string>;
