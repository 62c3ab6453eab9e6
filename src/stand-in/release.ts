/** The releases of LMDeploy that the stand-in can be. `-broken-openai`: with an `openai` package of 2.45 or newer. */
export const RELEASES = ['0.18', '0.17', '0.16', '0.16-broken-openai', '0.15', '0.14'] as const;
export type ReleaseName = (typeof RELEASES)[number];

/** In what the releases differ for a client of `/v1/responses`. All of it was seen on the real ones. */
export interface Behaviour {
  /** An empty `input`: a message that names it, one that doesn't, or a bare 500. */
  readonly emptyInput: 'named' | 'unnamed' | 'crash';
  /** A `temperature` or `top_p` out of range: a message, or a bare 500. */
  readonly sampling: 'named' | 'crash';
  /** A field of a wrong type: LMDeploy's own error body (400), or FastAPI's (422). */
  readonly invalidField: 'error' | 'detail';
  /** Whether `reasoning.effort` may be `max`; it is the `openai` package that says no. */
  readonly effortMax: boolean;
  readonly unknownModel: 'not_found_error' | 'invalid_request_error';
  /** A 401 shaped by its path, or the same everywhere. */
  readonly unauthorized: 'by-path' | 'plain';
  /** An input longer than the context: refused, or a turn that ends empty. */
  readonly tooLong: 'refused' | 'incomplete';
  /** What a stream gives for a call without arguments with the parsers that read JSON; the others give `{}` always. */
  readonly emptyArguments: '{}' | '';
  /**
   * What a stream gives of a call's arguments where the answer is cut within them; the call is `completed` all the same.
   * In one piece the releases before 0.18 give such a call's markup as text, which the stand-in does not.
   */
  readonly cutArguments: 'partial' | 'none';
  readonly undeclaredCalls: 'dropped' | 'passed';
  /** Whether `tool_choice: "required"` reaches the engine as a grammar. */
  readonly grammar: boolean;
  /** An engine error: an error of its own, or a sentence in the answer's text. */
  readonly engineError: 'error' | 'text';
  /** A call that comes before a thought has ended, with a reasoning parser: seen, or lost in the thought. */
  readonly callInThought: 'seen' | 'lost';
  /** Whether `usage` counts `reasoning_tokens`, where there is a reasoning parser. */
  readonly countsReasoning: boolean;
  /** Whether `usage` counts `cache_write_tokens`. */
  readonly cacheWriteTokens: boolean;
  /** Every answer breaks when its usage is put together. */
  readonly breaks: boolean;
}

const V18: Behaviour = {
  emptyInput: 'named',
  sampling: 'named',
  invalidField: 'error',
  effortMax: true,
  unknownModel: 'not_found_error',
  unauthorized: 'by-path',
  tooLong: 'refused',
  emptyArguments: '{}',
  cutArguments: 'partial',
  undeclaredCalls: 'dropped',
  grammar: true,
  engineError: 'error',
  callInThought: 'seen',
  countsReasoning: true,
  cacheWriteTokens: true,
  breaks: false,
};
const V17: Behaviour = {
  ...V18,
  emptyInput: 'unnamed',
  sampling: 'crash',
  emptyArguments: '',
  cutArguments: 'none',
  undeclaredCalls: 'passed',
  grammar: false,
};
const V16: Behaviour = { ...V17, effortMax: false, cacheWriteTokens: false };
const V15: Behaviour = {
  ...V16,
  emptyInput: 'crash',
  invalidField: 'detail',
  unknownModel: 'invalid_request_error',
  unauthorized: 'plain',
  tooLong: 'incomplete',
  engineError: 'text',
  callInThought: 'lost',
  countsReasoning: false,
};

/** Each release's behaviour; a new one is one line here, after `npm run test:contract` has told what changed. */
export const BEHAVIOUR: Readonly<Record<ReleaseName, Behaviour>> = {
  '0.18': V18,
  '0.17': V17,
  '0.16': V16,
  '0.16-broken-openai': { ...V17, breaks: true },
  '0.15': V15,
  '0.14': V15,
};
