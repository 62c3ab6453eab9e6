/** Thrown for a request that the bridge does not take; the message is the answer's. */
export class Refused extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: Refused['status'], message: string) {
    super(message);
    this.status = status;
  }
}
