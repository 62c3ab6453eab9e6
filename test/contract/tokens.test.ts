import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codexOn } from '../codex-on.js';
import { NEWEST, type Real, startReal } from './real.js';
import { MODEL } from './shapes.js';

const CONFIGS = {
  'documented block': { flags: ['--offline', '--model', MODEL] },
  init: {},
  'init --profile': { profile: 'lmdeploy' },
  'init --profile --prompt compact': { profile: 'lmdeploy', flags: ['--prompt', 'compact'] },
};

/** Each tokenizer counts otherwise; what is saved must not hang on one. */
const TOKENIZERS = [
  ['that counts about as Qwen3', true],
  ['of two bytes a token', false],
] as const;

describe.each(TOKENIZERS)("tokens of Codex's first turn, by a tokenizer %s", (name, countsAsQwen) => {
  let real: Real;

  beforeAll(async () => {
    real = await startReal(NEWEST, { parser: 'qwen3', countsAsQwen });
  });

  afterAll(() => real?.close());

  /** As LMDeploy counts them in the answer to a real session's first request. */
  async function firstTurn(options: { profile?: string; flags?: readonly string[] }): Promise<number> {
    const { codex } = await codexOn(real.baseUrl, options);
    const profile = options.profile === undefined ? [] : ['--profile', options.profile];
    const said = await codex([...profile, 'exec', '--json', '--skip-git-repo-check', 'Say hello.']);
    const events = said.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; usage?: { input_tokens: number } });
    const { usage } = events.find(({ type }) => type === 'turn.completed') ?? {};
    if (usage === undefined) throw new Error(`no answer: ${said.stdout}${said.stderr}`);
    expect(usage.input_tokens).toBe(real.prompts().at(-1)?.tokens);
    return usage.input_tokens;
  }

  test('lean at most 82 % of the documented block, lean and compact at most 40 %', async () => {
    const block = await firstTurn(CONFIGS['documented block']);
    const rows: { config: string; tokens: number; share: number }[] = [];
    for (const [config, options] of Object.entries(CONFIGS)) {
      const tokens = config === 'documented block' ? block : await firstTurn(options);
      rows.push({ config, tokens, share: tokens / block });
    }
    process.stdout.write(`\n  First turn, by a tokenizer ${name}\n${rows.map(line).join('')}`);
    const [stock, init, lean, compact] = rows.map(({ share }) => share);
    expect(stock).toBe(1);
    expect(init).toBeLessThanOrEqual(1);
    expect(lean).toBeLessThanOrEqual(0.82);
    expect(compact).toBeLessThanOrEqual(0.4);
  });
});

function line({ config, tokens, share }: { config: string; tokens: number; share: number }): string {
  const count = tokens.toLocaleString('en-US').padStart(8);
  return `  ${config.padEnd(32)}${count} tokens ${(share * 100).toFixed(1).padStart(6)} %\n`;
}
