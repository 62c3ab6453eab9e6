import { createRequire } from 'node:module';
import type { Agent, buildConnector, Pool } from 'undici';

/** What this program uses of undici. */
export interface UndiciParts {
  readonly Agent: typeof Agent;
  readonly Pool: typeof Pool;
  readonly buildConnector: typeof buildConnector;
}

/**
 * undici without fetch, caches and mocks, which its index loads as well: 26 files instead of 110, in a third of the time
 * (7.30.2). They are no public interface, so where they are not as they were, the whole of it is loaded.
 */
export async function undiciParts(): Promise<UndiciParts> {
  const require = createRequire(import.meta.url);
  try {
    const { prototype } = require('undici/lib/dispatcher/dispatcher.js');
    // Its index lends each dispatcher all of the calls; this is the one that is made here.
    prototype.request ??= require('undici/lib/api/api-request.js');
    return {
      Agent: require('undici/lib/dispatcher/agent.js'),
      Pool: require('undici/lib/dispatcher/pool.js'),
      buildConnector: require('undici/lib/core/connect.js'),
    };
  } catch {
    return import('undici');
  }
}
