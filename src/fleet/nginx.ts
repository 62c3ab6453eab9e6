import { isIP } from 'node:net';
import { CliError } from '../errors.js';
import { VERSION } from '../version.js';
import { type Front, type Route, upstreamOf } from './front.js';

/**
 * A file for nginx's `conf.d`, which carries Codex's sessions to several LMDeploys. Tried with nginx 1.22. Pure.
 *
 * @throws CliError `usage` for servers that can't stand behind one front
 */
export function nginxConfig({ port, routes }: Front): string {
  return `${[
    `# Several LMDeploys behind one address, for Codex: written by codex-lmdeploy ${VERSION}.`,
    '# Put it into nginx’s conf.d, run nginx -t, then nginx -s reload.',
    ...routes.map((route) => upstreamBlock(route, port)),
    'server {',
    `    listen ${port};`,
    '    # In the place of that, TLS, for keys and code that leave the machine:',
    `    # listen ${port} ssl;`,
    '    # ssl_certificate     /etc/ssl/front.pem;',
    '    # ssl_certificate_key /etc/ssl/front.key;',
    '',
    '    # Who may come in, beside the key that LMDeploy itself asks for:',
    '    # allow 10.0.0.0/8;',
    '    # deny all;',
    '',
    '    # A turn of Codex is 40 kB and grows with its session; with pictures it is megabytes.',
    '    client_max_body_size 64m;',
    '    # In memory as far as it goes: where nginx may not write its spool folder, a longer body is an error 500.',
    '    client_body_buffer_size 1m;',
    ...routes.map((route) => location(route, port)),
    '}',
  ].join('\n')}\n`;
}

function upstreamBlock(route: Route, port: number): string {
  const { hosts } = upstreamOf(route);
  return [
    '',
    `# ${plain(route.model)}`,
    `upstream ${nameOf(route, port)} {`,
    '    # Codex names its session in every request. One session stays on one server, whose prefix cache has the history',
    '    # of it; consistent: a server that comes or goes moves only its own share.',
    '    hash $http_session_id consistent;',
    '    # One failure takes a server out for ten seconds; meanwhile its sessions run on the others.',
    ...hosts.map((host) => `    server ${host} max_fails=1 fail_timeout=10s;`),
    '}',
    '',
  ].join('\n');
}

function location(route: Route, port: number): string {
  const { scheme, prefix, names } = upstreamOf(route);
  const tls = scheme === 'https' ? onlyName(names) : null;
  // With a path behind it, proxy_pass puts that in the place of the location's.
  const target = route.path === '' && prefix === '' ? '' : `${prefix}/`;
  return [
    '',
    `    location ${route.path}/ {`,
    `        proxy_pass ${scheme}://${nameOf(route, port)}${target};`,
    '        proxy_http_version 1.1;',
    '        # A connection for each turn: one that is kept, as nginx does unasked since 1.29.7, LMDeploy closes after some',
    '        # seconds, and a turn that is under way on it just then would look like a server that is down.',
    '        proxy_set_header Connection close;',
    `        proxy_set_header Host ${tls ?? '$host'};`,
    ...(tls === null ? [] : certificate(tls)),
    '        # Events go on as they come; a buffer would keep them back until the turn is over.',
    '        proxy_buffering off;',
    '        proxy_connect_timeout 5s;',
    '        # Minutes of thought, of which LMDeploy streams nothing.',
    '        proxy_read_timeout 1h;',
    '        proxy_send_timeout 5m;',
    '        # A server that is down, or asleep (503), leaves the turn to the next one. A turn is a POST, hence',
    '        # non_idempotent; once its first byte is through, nothing is sent again.',
    '        proxy_next_upstream error timeout http_503 non_idempotent;',
    '        proxy_next_upstream_tries 3;',
    '    }',
  ].join('\n');
}

/** With the port, so that several fronts can stand in one nginx. */
function nameOf({ path }: Route, port: number): string {
  return `codex_lmdeploy_${port}${path.replace(/[/-]/g, '_')}`;
}

/** By itself nginx asks for the name of its own `upstream`, and takes any certificate (1.22). */
function certificate(name: string): string[] {
  return [
    '        # The servers’ certificate, and who has to have signed it:',
    '        proxy_ssl_server_name on;',
    `        proxy_ssl_name ${name};`,
    '        proxy_ssl_verify on;',
    '        proxy_ssl_verify_depth 3;',
    '        proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;',
  ];
}

/** @throws CliError `usage` where nginx could not check the certificates of all servers */
function onlyName(names: readonly string[]): string {
  const [name = '', ...others] = new Set(names);
  if (others.length === 0 && isIP(name.replace(/^\[|\]$/g, '')) === 0) return name;
  throw new CliError(
    'usage',
    `Over https nginx checks one name for all servers of a front, and no number; these are ${[...new Set(names)].join(', ')}.`,
    'Write the front for HAProxy (print haproxy), which asks each for its own, or give the servers by one name.',
  );
}

/** A name from a server, on one line of a comment. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?').slice(0, 200);
}
