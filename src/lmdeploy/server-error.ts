import { z } from 'zod';
import { printable } from '../ui/printable.js';

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
    .object({
      detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })).min(1),
    })
    .transform((body) => {
      const [first] = body.detail;
      const field = (first?.loc ?? []).slice(1).join('.');
      return { message: `${field}: ${first?.msg ?? ''}`, param: field, ofLmdeploy: true };
    }),
]);

/** The title of an HTML page, or null for a body that is none. */
export function htmlTitle(body: string): string | null {
  if (!/^\s*(<!doctype html|<html)/i.test(body)) return null;
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1] ?? '';
  return printable(title).trim() || 'without a title';
}

/** Reads the body of an answer that is no success. */
export function serverError(status: number, body: string): ServerError {
  const title = htmlTitle(body);
  if (title !== null) return { status, message: `an HTML page ("${title}")`, param: null, ofLmdeploy: false };
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    const text = printable(body).trim().slice(0, 200);
    return { status, message: text || 'no body', param: null, ofLmdeploy: false };
  }
  const parsed = bodies.safeParse(json);
  if (!parsed.success)
    return { status, message: printable(body).slice(0, 200), param: null, ofLmdeploy: false };
  return { status, ...parsed.data, message: printable(parsed.data.message).slice(0, 500) };
}
