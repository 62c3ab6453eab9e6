import { z } from 'zod';
import { printable } from '../ui/printable.js';
import { parseJson } from './json.js';

/** What a server said when it refused. */
export interface ServerError {
  readonly status: number;
  /** Its own words, cleaned for the terminal; a title or a status line where it sent no message. */
  readonly message: string;
  readonly param: string | null;
  /** Whether the body has a shape that LMDeploy's Responses API or its key check sends. */
  readonly ofLmdeploy: boolean;
}

const detail = z.object({ message: z.string(), param: z.string().nullish() });

// The bodies seen on LMDeploy 0.14 to 0.18, each read into a message.
const bodies = z.union([
  /** `/v1/responses`, all releases. */
  z
    .object({ error: detail.extend({ type: z.string() }) })
    .transform(({ error }) => ({ message: error.message, param: error.param ?? null, ofLmdeploy: true })),
  /** Every other path from 0.16 on. */
  detail
    .extend({ object: z.literal('error') })
    .transform((body) => ({ message: body.message, param: body.param ?? null, ofLmdeploy: true })),
  /** The key check of 0.14 and 0.15. */
  z
    .object({ error: z.string() })
    .transform(({ error }) => ({ message: error, param: null, ofLmdeploy: error === 'Unauthorized' })),
  /** FastAPI's own words for a path or a method that is not there. */
  z
    .object({ detail: z.string() })
    .transform((body) => ({ message: body.detail, param: null, ofLmdeploy: false })),
  /** An invalid field on 0.14 and 0.15. */
  z
    .object({ detail: z.tuple([z.object({ loc: z.array(z.unknown()), msg: z.string() })], z.unknown()) })
    .transform(({ detail: [{ loc, msg }] }) => {
      const parts = loc.slice(1, 10).filter((part) => typeof part === 'string' || typeof part === 'number');
      const field = parts.join('.');
      return { message: `${field}: ${msg}`, param: field, ofLmdeploy: true };
    }),
]);

/** The title of an HTML page, or null for a body that is none. */
export function htmlTitle(body: string): string | null {
  // A title stands in front; looking for it in a long page can take for ever.
  const start = body.slice(0, 10_000);
  if (!/^\s*(<!doctype html|<html)/i.test(start)) return null;
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(start)?.[1] ?? '';
  return printable(title).trim().slice(0, 200) || 'without a title';
}

/**
 * Reads the body of an answer that is no success.
 *
 * @param location where it redirects to
 */
export function serverError(status: number, body: string, location?: string): ServerError {
  if (location !== undefined)
    return { status, message: `a redirect to ${location}`, param: null, ofLmdeploy: false };
  const title = htmlTitle(body);
  if (title !== null) return { status, message: `an HTML page ("${title}")`, param: null, ofLmdeploy: false };
  const read = parseJson(body);
  const parsed = 'json' in read ? bodies.safeParse(read.json) : null;
  if (parsed?.success)
    return { status, ...parsed.data, message: shown(parsed.data.message, 500) || 'no words' };
  return { status, message: shown(body, 200) || 'no body', param: null, ofLmdeploy: false };
}

/** The beginning of a text, for a sentence. */
function shown(text: string, length: number): string {
  return printable(text.slice(0, 2_000)).trim().slice(0, length);
}
