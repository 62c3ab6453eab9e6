/** Why a request got no whole answer. */
export type TroubleKind =
  | 'refused'
  | 'unknown-host'
  | 'connect-timeout'
  | 'timeout'
  | 'tls'
  | 'closed'
  | 'not-http'
  | 'too-large'
  | 'unreadable'
  | 'proxy'
  | 'busy'
  | 'gateway'
  | 'network';

export interface Trouble {
  readonly kind: TroubleKind;
  /** One sentence that names the address and what happened. */
  readonly message: string;
  /** What helps, where the kind alone does not tell. */
  readonly remedy?: string;
}

/** What the user can do about it, as one line. `start` starts a server for the model in question. */
export function troubleHint(trouble: Trouble, start: string): string {
  if (trouble.remedy !== undefined) return trouble.remedy;
  switch (trouble.kind) {
    case 'refused':
      return start;
    case 'unknown-host':
      return 'Check the name; another address goes in with --base-url, or LMDEPLOY_BASE_URL.';
    case 'network':
      return 'Check the address and the way there; another one goes in with --base-url, or LMDEPLOY_BASE_URL.';
    case 'tls':
      return 'Use http:// if the server has no certificate, or name the CA file in CODEX_CA_CERTIFICATE.';
    case 'proxy':
      return 'If a proxy variable catches this address, add its host to NO_PROXY.';
    case 'not-http':
      return 'Try https:// (or http://) and the port that the server printed when it started.';
    case 'connect-timeout':
    case 'timeout':
      return 'If the model is still loading, wait and run this again; --timeout SECONDS waits longer.';
    case 'unreadable':
      return 'If a gateway stands between, let it pass answers on unchanged, or use the server’s own address.';
    case 'busy':
      return 'Wait a little, and run this again.';
    case 'gateway':
      return 'If the model is still loading, wait; else start the server behind it, or use its own address.';
    case 'closed':
    case 'too-large':
      return 'Check that the port is the one of lmdeploy serve api_server.';
  }
}
