export const ROOT: string;
export function knownVersions(): { readonly codex: string[]; readonly lmdeploy: string[] };
export function compareVersions(a: string, b: string): number;
