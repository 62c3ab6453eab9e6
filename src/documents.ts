import { z } from 'zod';
import { serverFacts } from './lmdeploy/facts.js';

// The documents of `--json`: what scripts rely on, word for word.

const head = { schema: z.literal(1), version: z.string() };

export const errorDocument = z.strictObject({
  ...head,
  ok: z.literal(false),
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }),
});

export const bridgeDocument = z.strictObject({
  ...head,
  ok: z.literal(true),
  baseUrl: z.string(),
  upstream: z.string(),
});

export const serviceDocument = z.strictObject({ ...head, ok: z.literal(true), text: z.string() });

const warning = z.strictObject({ id: z.string(), detail: z.string(), remedy: z.string() });

/** `print nginx|haproxy`: the configuration, and which server stands in it for which model. */
export const frontDocument = z.strictObject({
  ...head,
  ok: z.literal(true),
  port: z.int(),
  routes: z.array(
    z.strictObject({ model: z.string(), path: z.string(), servers: z.array(z.string()).readonly() }),
  ),
  text: z.string(),
  warnings: z.array(warning),
});

const file = z.strictObject({
  path: z.string(),
  action: z.enum(['create', 'update', 'delete', 'unchanged']),
  diff: z.string(),
  backup: z.string().nullable(),
});

export const initDocument = z.strictObject({
  ...head,
  ok: z.boolean(),
  changed: z.boolean(),
  dryRun: z.boolean(),
  provider: z.string(),
  /** null: one for each profile (`--all-models`). */
  model: z.string().nullable(),
  profile: z.string().nullable(),
  /** With `--all-models` only; `server` is null then. */
  profiles: z
    .array(z.strictObject({ profile: z.string(), model: z.string(), server: serverFacts }))
    .optional(),
  server: serverFacts.nullable(),
  files: z.array(file),
  warnings: z.array(warning),
  next: z.array(z.string()),
});

export const removeDocument = z.strictObject({
  ...head,
  ok: z.boolean(),
  changed: z.boolean(),
  dryRun: z.boolean(),
  /** null: every one that was written (`--all`). */
  provider: z.string().nullable(),
  profile: z.string().nullable(),
  files: z.array(file),
  /** What of the user's stays, by file and key. */
  kept: z.array(
    z.strictObject({
      file: z.string(),
      key: z.string(),
      why: z.enum(['changed', 'added', 'needed']),
    }),
  ),
  warnings: z.array(warning),
});

export const printConfigDocument = z.strictObject({
  ...head,
  ok: z.literal(true),
  provider: z.string(),
  model: z.string(),
  profile: z.string().nullable(),
  toml: z.string(),
  warnings: z.array(warning),
});

export const printCatalogDocument = z.strictObject({
  ...head,
  ok: z.literal(true),
  model: z.string(),
  entry: z.looseObject({ slug: z.string() }),
  warnings: z.array(warning),
});

const summary = z.strictObject({ pass: z.int(), warn: z.int(), fail: z.int(), skip: z.int() });

const checks = z.array(
  z.strictObject({
    id: z.string(),
    title: z.string(),
    status: z.enum(['pass', 'warn', 'fail', 'skip']),
    detail: z.string(),
    remedy: z.string().nullable(),
    durationMs: z.int(),
  }),
);

export const doctorDocument = z.strictObject({
  ...head,
  ok: z.boolean(),
  summary,
  codex: z.strictObject({ path: z.string(), version: z.string().nullable() }).nullable(),
  server: serverFacts.nullable(),
  checks,
  /** With `--each` and `--server` only; `server` and `checks` are those of the front then, and of all together. */
  fleet: z.array(z.strictObject({ server: serverFacts, summary, checks })).optional(),
});

export const checkListDocument = z.strictObject({
  ...head,
  ok: z.literal(true),
  checks: z.array(z.strictObject({ id: z.string(), title: z.string() })),
});

export const modelsDocument = z.strictObject({
  ...head,
  ok: z.literal(true),
  models: z.array(z.strictObject({ id: z.string(), configured: z.boolean(), adapter: z.boolean() })),
});

export const envDocument = z.strictObject({
  ...head,
  ok: z.literal(true),
  variable: z.string().nullable(),
  shell: z.enum(['sh', 'fish', 'powershell']),
  line: z.string().nullable(),
});

/** `print launch`. A parser is null where none has to be given. */
export const launchDocument = z.strictObject({
  ...head,
  ok: z.literal(true),
  model: z.string(),
  line: z.string(),
  toolCallParser: z.string().nullable(),
  reasoningParser: z.string().nullable(),
});
