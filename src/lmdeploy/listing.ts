import type { Answer, Client, Reply } from './client.js';
import { notItself, wantsLogin } from './in-its-place.js';
import { modelList, readJson } from './schema.js';
import { htmlTitle, type ServerError, serverError } from './server-error.js';
import { softwareOf } from './software.js';
import type { Trouble } from './trouble.js';

export interface ServedModel {
  readonly id: string;
  /** A LoRA adapter: LMDeploy lists the base model first and its adapters after it, as equals (0.14 to 0.18). */
  readonly adapter: boolean;
  /** Its context length in tokens, where the list names one; LMDeploy's does not. */
  readonly contextLength: number | null;
}

/** What `GET /v1/models` gave. */
export type Listing =
  | {
      state: 'listed';
      models: readonly ServedModel[];
      ofLmdeploy: boolean;
      /** The name of the program that serves, where it shows one. */
      software: string | null;
    }
  /** 401 or 403: a key is wanted, and ours, if we sent one, is not it. */
  | { state: 'locked'; error: ServerError }
  /** Something answers, but with no model list; `what` says with what. */
  | { state: 'strange'; what: string }
  | { state: 'no-answer'; trouble: Trouble };

export interface ModelsAsked {
  readonly listing: Listing;
  /** null: can't be told, since nothing was listed. */
  readonly keyRequired: boolean | null;
  /** How a request without the right key was refused; null: none was. */
  readonly lock: ServerError | null;
}

/** Asks for the model list, with the key and, to learn whether one is needed at all, without it. */
export async function listModels(client: Client): Promise<ModelsAsked> {
  const [withKey, withoutKey] = await Promise.all([
    client.get('/models'),
    client.hasKey ? client.get('/models', { withKey: false }) : null,
  ]);
  const listing = readListing(withKey, client.baseUrl);
  if (listing.state === 'locked') return { listing, keyRequired: true, lock: listing.error };
  if (listing.state !== 'listed') return { listing, keyRequired: null, lock: null };
  if (withoutKey === null) return { listing, keyRequired: false, lock: null };
  const without = readListing(withoutKey, client.baseUrl);
  if (without.state === 'locked') return { listing, keyRequired: true, lock: without.error };
  return { listing, keyRequired: without.state === 'no-answer' ? null : false, lock: null };
}

function readListing(reply: Reply, baseUrl: string): Listing {
  if ('trouble' in reply) return { state: 'no-answer', trouble: reply.trouble };
  const { status, body } = reply.answer;
  const login = wantsLogin(reply.answer);
  if (login !== null) return { state: 'strange', what: login };
  if (status === 401 || status === 403) return { state: 'locked', error: serverError(status, body) };
  const trouble = notItself(reply.answer, new URL(baseUrl).host);
  if (trouble !== null) return { state: 'no-answer', trouble };
  if (status !== 200) return { state: 'strange', what: describe(reply.answer) };
  const title = htmlTitle(body);
  if (title !== null) return { state: 'strange', what: `an HTML page ("${title}")` };
  const list = readJson(modelList, body);
  if ('problem' in list) return { state: 'strange', what: `no list of models (${list.problem})` };
  const { data } = list.value;
  const software = softwareOf(
    reply.answer,
    data.map(({ owned_by }) => owned_by),
  );
  const ofLmdeploy = software === 'LMDeploy';
  const seen = new Set<string>();
  const unique = data.filter(({ id }) => !seen.has(id) && seen.add(id));
  return {
    state: 'listed',
    models: unique.map(({ id, max_model_len = null }, index) => ({
      id,
      adapter: ofLmdeploy && index > 0,
      contextLength: max_model_len,
    })),
    ofLmdeploy,
    software,
  };
}

function describe({ status, body, headers }: Answer): string {
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined) return `a redirect (${status}) to ${location}`;
  return `HTTP ${status}: ${serverError(status, body).message}`;
}
