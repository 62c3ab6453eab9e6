import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { JsonObject } from './translate/turn.js';

/** What Codex gets of a turn: a stream of events that is never silent for long. */
export interface CodexStream {
  /** Passes on an event that came as this text. Waits while Codex is behind with reading. */
  pass(raw: string): Promise<void>;
  send(events: readonly JsonObject[]): Promise<void>;
  /** The response object of the `response.created` that Codex got; null: none yet. */
  readonly begun: JsonObject | null;
  /** Takes the server's own headers along, unless a sign of life came before them. */
  head(headers: OutgoingHttpHeaders): void;
  /** Begins the response in the server's place; gives the event that says so. */
  open(): string;
  /** Remembers the response under way, to be repeated in silence. */
  begin(response: JsonObject): void;
  end(): void;
}

/** Stands for the server's own until it has sent one. */
const UNDER_WAY: JsonObject = {
  id: 'resp_codex_lmdeploy',
  object: 'response',
  status: 'in_progress',
  output: [],
};

/**
 * Begins the answer to a streamed turn. Codex 0.169.0 takes no comment for a sign of life, and gives up a turn that is
 * silent for `stream_idle_timeout_ms`; a repeated `response.in_progress` keeps it.
 *
 * @param silenceMs after how much silence one is sent
 */
export function codexStream(response: ServerResponse, silenceMs: number): CodexStream {
  let begun: JsonObject | null = null;
  let headers: OutgoingHttpHeaders = {};
  const timer = setTimeout(sayAlive, silenceMs);
  response.once('close', () => clearTimeout(timer));
  response.on('drain', () => {
    if (!response.writableEnded) timer.refresh();
  });

  function sayAlive(): void {
    // Who reads slowly is not in silence, and would find all of these at once.
    if (response.writableNeedDrain) return;
    const text = begun === null ? open() : '';
    void write(text + wire({ type: 'response.in_progress', response: begun }));
  }

  function open(): string {
    begun = UNDER_WAY;
    return wire({ type: 'response.created', response: begun });
  }

  async function write(text: string): Promise<void> {
    if (response.destroyed || response.writableEnded) return;
    if (!response.headersSent)
      response.writeHead(200, {
        'cache-control': 'no-cache',
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
      });
    timer.refresh();
    if (!response.write(text)) await ready(response);
  }

  return {
    pass: (raw) => write(raw),
    send: (events) => write(events.map(wire).join('')),
    get begun() {
      return begun;
    },
    head(its) {
      headers = its;
    },
    open,
    begin(one) {
      begun = one;
    },
    end() {
      clearTimeout(timer);
      if (!response.destroyed) response.end();
    },
  };
}

/** An event as it goes over the wire. */
export function wire(event: JsonObject): string {
  return `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Until more can be written, or nobody reads any more. */
function ready(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
