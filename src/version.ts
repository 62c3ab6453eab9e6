import manifest from '../package.json' with { type: 'json' };

/** This tool's version, from its package.json. */
export const VERSION = manifest.version;
