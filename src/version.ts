import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };

/** This tool's version, from its package.json. */
export const VERSION = manifest.version;
