import { isIP } from 'node:net';
import { VERSION } from '../version.js';
import { type Front, type Route, upstreamOf } from './front.js';

/**
 * A `frontend` and a `backend` for HAProxy, which carry Codex's sessions to several LMDeploys. Tried with HAProxy 2.6. Pure.
 *
 * @throws CliError `usage` for servers that can't stand behind one front
 */
export function haproxyConfig({ port, routes, withoutHealth }: Front): string {
  const [first] = routes;
  const several = routes.length > 1;
  return `${[
    `# Several LMDeploys behind one address, for Codex: written by codex-lmdeploy ${VERSION}.`,
    '# Put it behind what haproxy.cfg has, run haproxy -c -f FILE, then reload.',
    `frontend codex_lmdeploy_${port}`,
    '    mode http',
    `    bind :${port}`,
    '    # In the place of that, TLS, for keys and code that leave the machine:',
    `    # bind :${port} ssl crt /etc/ssl/front.pem`,
    '    # Who may come in, beside the key that LMDeploy itself asks for:',
    '    # http-request deny unless { src 10.0.0.0/8 }',
    '    # Pictures and long sessions, and no more.',
    '    http-request deny deny_status 413 if { req.body_size gt 67108864 }',
    '    # Minutes of thought, of which LMDeploy streams nothing.',
    '    timeout client 1h',
    '    # An event of a few bytes goes out at once; without this it waits 200 ms for more (2.6).',
    '    option http-no-delay',
    ...(several
      ? routes.map((route) => `    use_backend ${nameOf(route, port)} if { path_beg ${route.path}/ }`)
      : [`    default_backend ${first === undefined ? 'none' : nameOf(first, port)}`]),
    ...routes.map((route) => backend(route, port, withoutHealth)),
  ].join('\n')}\n`;
}

function backend(route: Route, port: number, withoutHealth: Front['withoutHealth']): string {
  const { hosts, names, scheme, prefix } = upstreamOf(route);
  const tls = (name = '') =>
    scheme === 'https' ? ` ssl verify required ca-file @system-ca${named(name)}` : '';
  const isMoved = route.path !== '' || prefix !== '';
  return [
    '',
    `# ${plain(route.model)}`,
    `backend ${nameOf(route, port)}`,
    '    mode http',
    '    # Codex names its session in every request. One session stays on one server, whose prefix cache has the history',
    '    # of it; consistent: a server that comes or goes moves only its own share.',
    '    balance hdr(session-id)',
    '    hash-type consistent sdbm avalanche',
    ...(isMoved ? [`    http-request replace-path ${route.path}/(.*) ${prefix}/\\1`] : []),
    ...(route.servers.some((server) => withoutHealth?.has(server))
      ? ['    # Not all of these tell of their health at /health: up is who takes a connection.']
      : [
          '    # A server that sleeps still answers 200, and says so.',
          `    option httpchk GET ${prefix}/health`,
          `    http-check expect rstring '"status": ?"healthy"'`,
        ]),
    '    option http-no-delay',
    '    timeout connect 5s',
    '    # A server that reads a long prompt may let a question for its health wait; down is who misses three of them.',
    '    timeout check 10s',
    '    timeout server 1h',
    '    # A connection for each turn: one that is kept, LMDeploy closes after some seconds, and a turn that is under way on it',
    '    # just then would go to another server.',
    '    http-reuse never',
    '    option http-server-close',
    '    # A server that can’t be reached is tried once more, then the turn goes to the next one.',
    '    retries 2',
    '    option redispatch',
    '    # This one works for bodies up to tune.bufsize, which is global: set it to 1048576 there for Codex’s turns.',
    '    retry-on conn-failure empty-response 503',
    '    # The weight is the number of points on the ring: with many, the shares are even.',
    '    default-server weight 100 check inter 3s fall 3 rise 1 observe layer4 error-limit 3 on-error mark-down',
    ...hosts.map((host, index) => `    server s${index + 1} ${host}${tls(names[index])}`),
  ].join('\n');
}

/** With the port, so that several fronts can stand in one HAProxy. */
function nameOf({ path }: Route, port: number): string {
  return `lmdeploy_${port}${path.replace(/[/-]/g, '_')}`;
}

/** The name to ask for in a turn, and in a question for health, which does not go by `sni` (2.6). A number is no name. */
function named(name: string): string {
  return isIP(name.replace(/^\[|\]$/g, '')) > 0 ? '' : ` sni str(${name}) check-sni ${name}`;
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?').slice(0, 200);
}
