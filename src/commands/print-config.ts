import { requireHome } from '../codex/home.js';
import { plan } from '../codex/plan.js';
import { DEFAULT_PROFILE } from '../codex/profile.js';
import type { Context } from '../context.js';
import { examine } from '../doctor/examination.js';
import { document } from '../document.js';
import type { printConfigDocument } from '../documents.js';
import { EXIT } from '../errors.js';
import { type ConfigFlags, parseFlags } from '../options.js';
import { openTerminal } from '../ui/terminal.js';
import { chooseModel } from './init-model.js';
import { probe } from './init-probe.js';
import { showNotes } from './show.js';

/** `print provider`: the TOML that `init` would write where nothing is. */
export async function printProvider(
  context: Context,
  raw: Record<string, unknown>,
  url?: string,
): Promise<number> {
  return printConfig(context, parseFlags('print', raw, url));
}

/** `print profile`: the file that `init --profile` would write. */
export async function printProfile(
  context: Context,
  raw: Record<string, unknown>,
  url?: string,
): Promise<number> {
  const flags = parseFlags('print', raw, url);
  return printConfig(context, { ...flags, profile: flags.profile ?? DEFAULT_PROFILE });
}

/** What our block in the config already says holds for what is printed too. */
async function printConfig(context: Context, flags: ConfigFlags): Promise<number> {
  const terminal = openTerminal(context, flags);
  const examination = await examine(context, flags, terminal, ({ configuredModel }) => (served) => {
    const ids = served.map(({ id }) => id);
    return chooseModel(ids, {
      asked: flags.model,
      configured: configuredModel,
      force: flags.force,
      ask: null,
    });
  });
  try {
    const { home, settings } = examination;
    await requireHome(home);
    const { wanted, warnings } = await probe(examination, flags, terminal);
    const { block } = settings;
    const whole = {
      ...wanted,
      name: wanted.name ?? block?.name ?? undefined,
      envKey: settings.envKey.value,
      streamIdleTimeoutMs: wanted.streamIdleTimeoutMs ?? block?.streamIdleTimeoutMs ?? undefined,
    };
    const { files } = plan({ path: home.configPath, text: null, record: null }, whole);
    const [{ after }] = files;
    const toml = after ?? '';
    showNotes(warnings, terminal);
    if (flags.json) {
      const { providerId: provider, model } = wanted;
      terminal.document(
        document<typeof printConfigDocument>({
          ok: true,
          provider,
          model,
          profile: home.profile,
          toml,
          warnings: [...warnings],
        }),
      );
    } else terminal.data(toml.trimEnd());
    return EXIT.done;
  } finally {
    await examination.close();
  }
}
