import { BlockList, isIP } from 'node:net';

/**
 * Whether `NO_PROXY` keeps a host from the proxy, as Codex 0.169.0 reads it: entries between commas; a name stands for
 * itself and all below it, with or without a leading dot; an address or a network (`10.0.0.0/8`) for addresses only;
 * `*` for every name, but for no address. Ports, `*.name`, `[::1]` and entries between blanks match nothing.
 *
 * @param host as `URL.hostname` gives it
 */
export function bypassesProxy(host: string, list: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  const entries = list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  return isIP(bare) === 0
    ? entries.some((entry) => coversName(entry.toLowerCase(), bare.toLowerCase()))
    : entries.some((entry) => coversAddress(entry, bare));
}

function coversName(entry: string, name: string): boolean {
  return entry === '*' || `.${name}`.endsWith(entry.startsWith('.') ? entry : `.${entry}`);
}

function coversAddress(entry: string, address: string): boolean {
  const [, network = '', prefix] = /^([^/%]+?)(?:\/(\d+))?$/.exec(entry) ?? [];
  const family = isIP(network);
  if (family === 0 || family !== isIP(address)) return false;
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
  if (bits > (family === 4 ? 32 : 128)) return false;
  const covered = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  covered.addSubnet(network, bits, type);
  return covered.check(address, type);
}
