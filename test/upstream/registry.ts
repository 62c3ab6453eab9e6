import { createServer } from 'node:http';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { scratch } from '../cli.js';
import { listening } from '../hostile/ground.js';

/**
 * A registry of npm's and an index of Python's on a real port.
 *
 * @param versions what it says of Codex and of LMDeploy; null where it breaks
 * @returns the environment in which npm and pip ask there, and nowhere else
 */
export async function registry(versions: { codex: string | null; lmdeploy: string[] }) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    if (path === '/@openai/codex' && versions.codex !== null) {
      const version = {
        name: '@openai/codex',
        version: versions.codex,
        dist: { tarball: 'http://127.0.0.1/', shasum: '' },
      };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          name: '@openai/codex',
          'dist-tags': { latest: versions.codex },
          versions: { [versions.codex]: version },
        }),
      );
    } else if (path === '/simple/lmdeploy/') {
      response.setHeader('content-type', 'text/html');
      const wheels = versions.lmdeploy.map(
        (version) => `lmdeploy-${version}-cp311-cp311-manylinux2014_x86_64.whl`,
      );
      response.end(`<!DOCTYPE html>${wheels.map((name) => `<a href="${name}">${name}</a>`).join('')}`);
    } else response.writeHead(500).end();
  });
  const root = await listening(server);
  const cache = await scratch();
  return {
    npm_config_registry: root,
    npm_config_userconfig: join(cache, 'npmrc'),
    npm_config_cache: cache,
    PIP_INDEX_URL: `${root}/simple/`,
    PIP_EXTRA_INDEX_URL: '',
    PIP_FIND_LINKS: '',
    PIP_CONFIG_FILE: devNull,
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
}
