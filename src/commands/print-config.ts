import { nameIn, requireHome } from '../codex/home.js';
import type { Note } from '../codex/notes.js';
import { plan } from '../codex/plan.js';
import { DEFAULT_PROFILE } from '../codex/profile.js';
import type { Context } from '../context.js';
import { syntaxFault } from '../doctor/checks/config-syntax.js';
import type { Chooser, Examination } from '../doctor/examination.js';
import { document } from '../document.js';
import type { printConfigDocument } from '../documents.js';
import { EXIT } from '../errors.js';
import { type ConfigFlags, parseFlags } from '../options.js';
import { openTerminal } from '../ui/terminal.js';
import { examineWithExtras } from './init-extras.js';
import { chooseModel } from './init-model.js';
import { probe } from './init-probe.js';
import { safeNote, showNotes } from './show.js';

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
  const { examination, extrasFor } = await examineWithExtras(context, flags, terminal, withoutAsking(flags));
  try {
    const { home, settings } = examination;
    await requireHome(home);
    const unread = notesUnread(examination);
    showNotes(unread, terminal);
    const { wanted, warnings: found, notes } = await probe(examination, flags, terminal, extrasFor);
    const probed = [...found, ...notes, ...(wanted.catalogFile == null ? [] : [needsCatalog(examination)])];
    const warnings = [...unread, ...probed];
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
    showNotes(probed, terminal);
    if (flags.json) {
      const { providerId: provider, model } = wanted;
      terminal.document(
        document<typeof printConfigDocument>({
          ok: true,
          provider,
          model,
          profile: home.profile,
          toml,
          warnings: warnings.map(safeNote),
        }),
      );
    } else terminal.data(toml.trimEnd());
    return EXIT.done;
  } finally {
    await examination.close();
  }
}

/** The model as `init` chooses it where nobody can be asked. */
export function withoutAsking({ model: asked, force }: ConfigFlags): Chooser {
  return ({ configuredModel: configured }) =>
    (served) =>
      chooseModel(
        served.map(({ id }) => id),
        { asked, configured, force, ask: null },
      );
}

/** Codex does not start with a config whose catalog is missing, and this prints the config alone. */
function needsCatalog({ home, initLine }: Examination): Note {
  return {
    id: 'catalog.entry',
    detail: `What is printed names ${nameIn(home, home.catalogPath)} beside it, which only init writes; without it Codex does not start.`,
    remedy: `${initLine()}   # writes both; print … --no-catalog goes without`,
  };
}

/** What is printed can be put into a file only by hand, so a broken one is in nobody's way; but nothing in it counts. */
function notesUnread({ config, userConfig }: Examination): Note[] {
  const files = config.path === userConfig.path ? [config] : [config, userConfig];
  return files.flatMap((file) => {
    const fault = syntaxFault(file);
    if (fault === null) return [];
    const detail = `Nothing in ${file.path} counts for what is printed. ${fault.detail}`;
    return [{ id: 'config.syntax', detail, remedy: fault.remedy ?? '' }];
  });
}
