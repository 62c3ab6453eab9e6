/** An answer that is no success, with a body shaped as LMDeploy 0.18.0 shapes it on that path. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** `/v1/responses`: nested, with the parameter at fault. */
export function refuse(status: number, message: string, param: string | null = null): Refusal {
  const type = status === 404 ? 'not_found_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
  return new Refusal(status, { error: { message, type, param, code: status } });
}

/** Python's `repr` of a short text, as LMDeploy puts it into its messages. */
export function repr(value: unknown): string {
  if (value === undefined || value === null) return 'None';
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
