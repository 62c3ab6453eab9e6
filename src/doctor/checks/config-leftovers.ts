import { connect } from 'node:net';
import { join } from 'node:path';
import { readConfig } from '../../codex/config.js';
import { giverOf } from '../../codex/effective.js';
import type { Layer } from '../../codex/layers.js';
import {
  blocksOfOthers,
  catalogOfOthers,
  FOREIGN_PROFILES,
  type ForeignFile,
  type Leftover,
} from '../../codex/leftovers.js';
import { topLevel } from '../../codex/provider.js';
import { isLoopback } from '../../lmdeploy/address.js';
import { printable } from '../../ui/printable.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

const CONNECT_LIMIT_MS = 500;

export const configLeftovers: Check = {
  ...titled('config.leftovers'),
  requires: ['config.syntax'],
  async run(examination) {
    const { providerId, layers } = examination;
    const files = [...layers.filter(isUsers), ...(await foreignProfiles(examination))];
    const blocks = files.flatMap((file) => blocksOfOthers(file, providerId));
    const dead = await Promise.all(blocks.map(({ address }) => isDead(address)));
    const found = [
      ...blocks
        .filter((_, index) => dead[index])
        .map((one) => ({ one, why: `points to ${originOf(one.address)}, where nothing listens` })),
      ...clashes(examination).map((one) => ({
        one,
        why: 'takes the place of what Codex knows of your model',
      })),
    ];
    const [first] = found;
    if (first === undefined)
      return pass(blocks.length === 0 ? 'none was found' : `${names(blocks)}: in use, it seems`);
    const list = found.map(({ one, why }) => `${one.place}: ${printable(one.what)} of ${one.tool} ${why}`);
    return warn(`${list.join('; ')}.`, removal(first.one));
  },
};

const isUsers = ({ kind }: Layer) => kind === 'user' || kind === 'profile';

async function foreignProfiles({ home, layers, providerId }: Examination): Promise<ForeignFile[]> {
  const paths = FOREIGN_PROFILES.map((name) => join(home.path, name));
  const rest = paths.filter((path) => layers.every((layer) => layer.path !== path));
  const read = await Promise.all(rest.map((path) => readConfig(path, providerId)));
  return read.filter((one) => one.state === 'read');
}

/** While ours is selected, a catalog of another tool describes other models, and stops Codex once it is gone. */
function clashes({ own, layers, providerId }: Examination): Leftover[] {
  const catalog = topLevel(own, 'model_catalog_json');
  const giver = giverOf(layers, ['model_catalog_json']);
  if (catalog === null || giver === null || topLevel(own, 'model_provider') !== providerId) return [];
  return [catalogOfOthers(giver, catalog)].filter((one) => one !== null);
}

/** Whether nothing listens on an address of this machine; of others it is not asked. */
async function isDead(address: string | null): Promise<boolean> {
  if (address === null || !URL.canParse(address) || !isLoopback(address)) return false;
  const { hostname, port, protocol } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
      timeout: CONNECT_LIMIT_MS,
    });
    const end = (dead: boolean) => {
      socket.destroy();
      resolve(dead);
    };
    socket.once('connect', () => end(false));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(true));
  });
}

/** A path may hold a secret: codex-router's does. */
function originOf(address: string | null): string {
  return address === null ? '' : new URL(address).origin;
}

function names(blocks: readonly Leftover[]): string {
  return [...new Set(blocks.map(({ tool }) => tool))].join(', ');
}

function removal({ undo, place, file, what }: Leftover): string {
  if (undo !== null) return undo;
  const line = /:(\d+)$/.exec(place)?.[1];
  return `"\${EDITOR:-vi}" ${line === undefined ? '' : `+${line} `}${quoted(file)}   # remove ${quoted(what)}`;
}
