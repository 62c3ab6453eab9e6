import { requireHome } from '../codex/home.js';
import type { Context } from '../context.js';
import { examine } from '../doctor/examination.js';
import { document } from '../document.js';
import type { modelsDocument } from '../documents.js';
import { EXIT } from '../errors.js';
import { parseFlags } from '../options.js';
import { printable } from '../ui/printable.js';
import { openTerminal } from '../ui/terminal.js';
import { listedModels } from './listed-models.js';

/** `models`: what the server serves, one name a line. Sends no turn. */
export async function models(context: Context, raw: Record<string, unknown>, url?: string): Promise<number> {
  const flags = parseFlags('models', raw, url);
  const terminal = openTerminal(context, flags);
  const examination = await examine(context, flags, terminal, () => async () => null);
  try {
    await requireHome(examination.home);
    const { config, settings } = examination;
    const configured = settings.baseUrl.from === 'config' || settings.baseUrl.from === 'default';
    if (configured && (config.state === 'broken' || config.state === 'unreadable')) throw config.error;
    const served = await listedModels(examination, terminal);
    const rows = served.map(({ id, adapter }) => ({
      id,
      configured: id === examination.configuredModel,
      adapter,
    }));
    if (flags.json) terminal.document(document<typeof modelsDocument>({ ok: true, models: rows }));
    else for (const row of rows) terminal.data(line(row, context.stdout.isTTY === true));
    return EXIT.done;
  } finally {
    await examination.close();
  }
}

function line({ id, configured }: { id: string; configured: boolean }, mark: boolean): string {
  return mark ? `${configured ? '*' : ' '} ${printable(id)}` : printable(id);
}
