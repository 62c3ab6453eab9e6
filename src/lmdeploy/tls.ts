/** What a TLS error of Node 20's OpenSSL says of the server, and what helps. */
interface TlsReason {
  readonly codes: RegExp;
  readonly sentence: (host: string) => string;
  readonly remedy: string;
}

const REASONS: readonly TlsReason[] = [
  {
    codes: /^(DEPTH_ZERO_)?SELF_SIGNED/,
    sentence: (host) => `The certificate of ${host} is signed by itself or by a CA of its own.`,
    remedy: 'Name the file of that certificate or CA in CODEX_CA_CERTIFICATE.',
  },
  {
    codes: /^UNABLE_TO_/,
    sentence: (host) => `The certificate of ${host} is signed by nobody that this machine trusts.`,
    remedy: 'Name the file of its CA in CODEX_CA_CERTIFICATE.',
  },
  {
    codes: /^CERT_HAS_EXPIRED/,
    sentence: (host) => `The certificate of ${host} has expired.`,
    remedy: 'Renew it on the server; if it is new, look at the clock of this machine.',
  },
  {
    codes: /^CERT_NOT_YET_VALID/,
    sentence: (host) => `The certificate of ${host} is not valid yet.`,
    remedy: 'Look at the clock of this machine and of the one that made the certificate.',
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID/,
    sentence: (host) => `The certificate of ${host} is made out to another name.`,
    remedy: 'Use the name that stands in the certificate, or have one made for this name.',
  },
  {
    codes: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|^EPROTO/,
    sentence: (host) => `${host} does not speak TLS (an http port asked with https?).`,
    remedy: 'Use http:// if the server has no certificate.',
  },
  {
    codes: /NO_APPLICATION_PROTOCOL/,
    sentence: (host) => `${host} speaks HTTP/2 alone over TLS, and this tool HTTP/1.1.`,
    remedy: 'Let the server or the gateway take HTTP/1.1 too.',
  },
  {
    codes: /CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE/,
    sentence: (host) => `${host} wants a certificate of the client, and this tool has none.`,
    remedy: 'Use an address of the server that asks for a key alone.',
  },
];

/** The reason behind the code of a TLS error, in words; null for a code that says no more than itself. */
export function tlsReason(code: string, host: string): { message: string; remedy: string } | null {
  const reason = REASONS.find(({ codes }) => codes.test(code));
  return reason === undefined ? null : { message: reason.sentence(host), remedy: reason.remedy };
}
