import { expect } from 'vitest';

/** A key that no two encodings spell alike. Random, so that no file of a checkout can hold it. */
export function randomKey(): string {
  const random = Math.random().toString(36).slice(2, 12).padEnd(10, 'x');
  return `sk-taint+/=%&"'?<~${random}>>`;
}

/** A secret in every form that another program may give it. */
export function formsOf(key: string): string[] {
  const base64 = [key, `Bearer ${key}`, `user:${key}`].flatMap((one) => {
    const text = Buffer.from(one).toString('base64').replace(/=+$/, '');
    return [text, text.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(text)];
  });
  return [key, encodeURIComponent(key), encodeURI(key), JSON.stringify(key).slice(1, -1), ...base64];
}

export function expectClean(text: string, key: string, where: string): void {
  for (const form of formsOf(key))
    if (text.includes(form)) expect.fail(`${where} holds the key as ${form} in:\n${around(text, form)}`);
}

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  return text.slice(Math.max(0, at - 300), at + form.length + 100);
}
