import type { Fault } from '../fault.js';
import { ADDRESS } from './address.js';
import { BRIDGE } from './bridge.js';
import { CATALOG } from './catalog.js';
import { CODEX } from './codex.js';
import { CODEX_FEATURES } from './codex-features.js';
import { CONFIG_FILES } from './config-files.js';
import { CONFIG_PROVIDER } from './config-provider.js';
import { GATEWAY } from './gateway.js';
import { KEY_VARIABLE } from './key.js';
import { LAUNCH } from './launch.js';
import { LEFTOVERS } from './leftovers.js';
import { MODEL_NAME } from './model.js';
import { NETWORK } from './network.js';
import { OTHER_SERVERS } from './other-servers.js';
import { RELEASE } from './release.js';
import { SERVER_KEY } from './server-key.js';
import { UNTOLD } from './untold.js';

export const CONFIG: readonly Fault[] = [
  ...CONFIG_FILES,
  ...CONFIG_PROVIDER,
  ...LEFTOVERS,
  ...CODEX_FEATURES,
  ...CATALOG,
];

export const ENVIRONMENT: readonly Fault[] = [...KEY_VARIABLE, ...NETWORK, ...BRIDGE, ...CODEX];

export const SERVER: readonly Fault[] = [
  ...ADDRESS,
  ...OTHER_SERVERS,
  ...SERVER_KEY,
  ...MODEL_NAME,
  ...LAUNCH,
  ...RELEASE,
  ...GATEWAY,
  ...UNTOLD,
];

/** All of them, by the titles of docs/doctor.md. */
export const TABLES: Readonly<Record<string, readonly Fault[]>> = {
  'The config': CONFIG,
  'Key, network, bridge and Codex': ENVIRONMENT,
  'The server': SERVER,
};
