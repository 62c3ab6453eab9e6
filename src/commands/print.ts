import type { CHOICES } from '../choices.js';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';

type Printer = (context: Context, raw: Record<string, unknown>, name?: string) => Promise<number>;

/** What can be printed, by its name on the command line. */
const PRINTERS: Readonly<Record<(typeof CHOICES.what)[number], Printer>> = {
  provider: async (...args) => (await import('./print-config.js')).printProvider(...args),
  profile: async (...args) => (await import('./print-config.js')).printProfile(...args),
  catalog: async (...args) => (await import('./print-catalog.js')).printCatalog(...args),
  service: async (...args) => (await import('./print-service.js')).printService(...args),
  nginx: async (...args) => (await import('./print-front.js')).printNginx(...args),
  haproxy: async (...args) => (await import('./print-front.js')).printHaproxy(...args),
  launch: async (...args) => (await import('./print-launch.js')).printLaunch(...args),
};

/** `print`: something to paste elsewhere, on stdout. Writes no file. */
export async function print(
  context: Context,
  raw: Record<string, unknown>,
  what = '',
  name?: string,
): Promise<number> {
  const printer = Object.hasOwn(PRINTERS, what) ? PRINTERS[what as keyof typeof PRINTERS] : undefined;
  if (printer !== undefined) return printer(context, raw, name);
  throw new CliError(
    'usage',
    `"${what}" is nothing that print knows.`,
    `It prints: ${Object.keys(PRINTERS).join(', ')}.`,
  );
}
