/** A file of src/ as the parser read it. */
export interface Module {
  readonly path: string;
  readonly text: string;
  readonly program: object;
}

/** By their paths below src/. */
export type Modules = ReadonlyMap<string, Module>;

export const ROOT: string;
export function parsedSource(folder?: string): Modules;
export function parsedModule(path: string, text: string): Module;
export function importsOf(module: Module): { readonly to: string; readonly onlyTypes: boolean }[];
