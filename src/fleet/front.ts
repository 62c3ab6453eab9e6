import { CliError } from '../errors.js';
import { printable } from '../ui/printable.js';
import { namesFor } from './names.js';

/** The servers of one model behind a front. */
export interface Route {
  readonly model: string;
  /** Where the front has it: '' for its root, else `/name`. */
  readonly path: string;
  /** The `/v1` roots of its servers, in the order given. */
  readonly servers: readonly string[];
}

/** A server, and the model that it is there for. */
export interface Served {
  /** Its `/v1` root. */
  readonly baseUrl: string;
  readonly model: string;
}

/** What a front's configuration is written from. */
export interface Front {
  readonly port: number;
  readonly routes: readonly Route[];
  /** The servers whose `/health` is not LMDeploy's: another program's, or behind a gateway that does not pass it on. */
  readonly withoutHealth?: ReadonlySet<string>;
}

/** Where the front listens, unless said: beside LMDeploy's own port and the bridge's. */
export const DEFAULT_FRONT_PORT = 23_330;

/**
 * One route for each model: at the front's root where there is one model only, else each below a path of its own, for no
 * front looks into a body for the model. Pure.
 *
 * @param served each server with the model that it is there for, in the order given
 */
export function routesFor(served: readonly Served[]): Route[] {
  const models = [...new Set(served.map(({ model }) => model))];
  const names = namesFor(models);
  return models.map((model) => ({
    model,
    path: models.length === 1 ? '' : `/${names.get(model)}`,
    servers: served.filter((one) => one.model === model).map(({ baseUrl }) => baseUrl),
  }));
}

/** What all servers of a route have in common for a front. */
export interface Upstream {
  readonly scheme: 'http' | 'https';
  /** Host and port of each. */
  readonly hosts: readonly string[];
  /** The host of each alone. */
  readonly names: readonly string[];
  /** What stands before `/v1`, '' for nothing. */
  readonly prefix: string;
}

/**
 * Takes the addresses of a route apart. Pure.
 *
 * @throws CliError `usage` where they can't stand side by side: one front speaks to all of them alike
 */
export function upstreamOf({ model, servers }: Route): Upstream {
  const urls = servers.map((server) => new URL(server));
  for (const { hostname, pathname } of urls)
    if (!/^([\w.-]+|\[[\da-f:.]+\])$/i.test(hostname) || !/^[\w./~-]*$/.test(pathname))
      throw new CliError(
        'usage',
        `The address ${printable(hostname + pathname)} holds a character that has a meaning in a front's configuration.`,
        'Give it by another name of the host, or by its number; a path may have letters, digits and . _ ~ - in it.',
      );
  const kinds = urls.map(({ protocol, pathname }) => `${protocol}//…${pathname}`);
  const [kind, other] = [...new Set(kinds)];
  if (other !== undefined)
    throw new CliError(
      'usage',
      `The servers of ${model} are reached in different ways (${kind} and ${other}), and a front speaks to all alike.`,
      'Give addresses of one scheme and one path, or write a front for each kind.',
    );
  const [first] = urls;
  return {
    scheme: first?.protocol === 'https:' ? 'https' : 'http',
    hosts: urls.map(
      ({ hostname, port, protocol }) => `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`,
    ),
    names: urls.map(({ hostname }) => hostname),
    prefix: (first?.pathname ?? '/v1').replace(/\/v1$/, ''),
  };
}
