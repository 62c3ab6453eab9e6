import fc from 'fast-check';
import { expect, test } from 'vitest';
import { masking } from '../../src/ui/mask-secret.js';

const secret = fc.string({ minLength: 12, maxLength: 40 });

test('wherever base64 begins, nothing of a secret can be read back', () => {
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }), (key, before, behind) => {
      for (const form of ['base64', 'base64url'] as const) {
        const text = Buffer.from(before + key + behind).toString(form);
        const masked = masking([key])(text);
        expect(masked).toContain('••••');
        expect(Buffer.from(masked.replaceAll('••••', ''), form).toString('latin1')).not.toContain(key);
      }
    }),
  );
});

test('as it is, in an address, in JSON, in JSON within JSON', () => {
  fc.assert(
    fc.property(secret, (key) => {
      const once = JSON.stringify({ key });
      for (const text of [key, `a${key}b`, encodeURIComponent(key), once, JSON.stringify({ once })])
        expect(masking([key])(text)).not.toContain(key);
    }),
  );
});

test('a placeholder and other texts stay', () => {
  expect(masking(['dummy', '', undefined])('a dummy')).toBe('a dummy');
  expect(masking(['sk-0123456789'])('sk-012345678')).toBe('sk-012345678');
});
