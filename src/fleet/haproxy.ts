import { VERSION } from '../version.js';
import { type Front, type Route, upstreamOf } from './front.js';

/**
 * A `frontend` and a `backend` for HAProxy, which carry Codex's sessions to several LMDeploys. Tried with HAProxy 2.6. Pure.
 *
 * @throws CliError `usage` for servers that can't stand behind one front
 */
export function haproxyConfig({ port, routes }: Front): string {
  const [first] = routes;
  const several = routes.length > 1;
  return `${[
    `# Several LMDeploys behind one address, for Codex: written by codex-lmdeploy ${VERSION}.`,
    '# Put it behind what haproxy.cfg has, run haproxy -c -f FILE, then reload.',
    'frontend codex_lmdeploy',
    '    mode http',
    `    bind :${port}`,
    '    # TLS, for keys and code that leave the machine:',
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
      ? routes.map((route) => `    use_backend ${nameOf(route)} if { path_beg ${route.path}/ }`)
      : [`    default_backend ${first === undefined ? 'none' : nameOf(first)}`]),
    ...routes.map(backend),
  ].join('\n')}\n`;
}

function backend(route: Route): string {
  const { hosts, scheme, prefix } = upstreamOf(route);
  const tls = (host: string) =>
    scheme === 'https' ? ` ssl verify required ca-file @system-ca sni str(${host.replace(/:\d+$/, '')})` : '';
  const isMoved = route.path !== '' || prefix !== '';
  return [
    '',
    `# ${plain(route.model)}`,
    `backend ${nameOf(route)}`,
    '    mode http',
    '    # Codex names its session in every request. One session stays on one server, whose prefix cache has the history',
    '    # of it; consistent: a server that comes or goes moves only its own share.',
    '    balance hdr(session-id)',
    '    hash-type consistent sdbm avalanche',
    ...(isMoved ? [`    http-request replace-path ${route.path}/(.*) ${prefix}/\\1`] : []),
    '    # A server that sleeps still answers 200, and says so.',
    `    option httpchk GET ${prefix}/health`,
    `    http-check expect rstring '"status": ?"healthy"'`,
    '    option http-no-delay',
    '    timeout connect 5s',
    '    # A server that reads a long prompt may let a question for its health wait; down is who misses three of them.',
    '    timeout check 10s',
    '    timeout server 1h',
    '    # A connection for each turn: one that is kept, LMDeploy closes after some seconds, and a turn that is under way on it',
    '    # just then would go to another server.',
    '    http-reuse never',
    '    # A server that can’t be reached is tried once more, then the turn goes to the next one.',
    '    retries 2',
    '    option redispatch',
    '    # This one works for bodies up to tune.bufsize, which is global: set it to 1048576 there for Codex’s turns.',
    '    retry-on conn-failure empty-response 503',
    '    # The weight is the number of points on the ring: with many, the shares are even.',
    '    default-server weight 100 check inter 3s fall 3 rise 1 observe layer4 error-limit 3 on-error mark-down',
    ...hosts.map((host, index) => `    server s${index + 1} ${host}${tls(host)}`),
  ].join('\n');
}

function nameOf({ path }: Route): string {
  return `lmdeploy${path.replace(/[/-]/g, '_')}`;
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?').slice(0, 200);
}
