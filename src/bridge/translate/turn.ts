/** A JSON object as it came off the wire. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A turn of Codex in the form that LMDeploy takes, and the way back. */
export interface TranslatedTurn {
  /** The request's body; the very object that came where nothing in it needs a translation. */
  readonly body: JsonObject;
  /** What was left out of the request, each in a few words for the log, without content. */
  readonly leftOut: readonly string[];
  /** A translator for the events of one stream, which it remembers as far as it has to. */
  events(): EventTranslator;
  /** A whole response object, as an unstreamed turn brings it. */
  response(object: JsonObject): JsonObject;
}

/** Takes the data of each event of a stream in turn. */
export interface EventTranslator {
  /**
   * @returns the events to send in its place, in this order: none, the same object where nothing changes, or others
   */
  next(event: JsonObject): readonly JsonObject[];
}

/**
 * Translates a turn. Pure; a turn translated once more is the same.
 *
 * @param body the JSON body of `POST …/responses`
 */
export function translateTurn(body: JsonObject): TranslatedTurn {
  return {
    body,
    leftOut: [],
    events: () => ({ next: (event) => [event] }),
    response: (object) => object,
  };
}
