import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type FileRecord, readJournal } from '../../codex/journal.js';
import { isAsLeft, withdraw } from '../../codex/record.js';
import { CliError } from '../../errors.js';
import { EditRefused } from '../../toml/edit.js';
import { readToml, type TomlValue } from '../../toml/read.js';
import { shellWord } from '../../ui/shell-word.js';
import { type Check, fail, pass, skip, warn } from '../check.js';

export const configChanged: Check = {
  id: 'config.changed',
  title: 'What init wrote is as it was written',
  requires: ['config.syntax'],
  async run({ home, config, providerId, initLine }) {
    const again = initLine();
    try {
      const { pending, files } = await readJournal(home);
      if (pending !== null)
        return fail(
          `A run that began ${pending.startedAt} was interrupted while it wrote.`,
          `${again}   # puts right what it left, first of all`,
        );
      const record = files[basename(home.configPath)];
      if (record === undefined || config.state !== 'read')
        return pass('init has written nothing here that could have changed');
      const { kept } = isAsLeft(config.text, record)
        ? { kept: [] }
        : withdraw({ text: config.text, record }, providerId);
      const changed = kept.filter(({ why }) => why === 'changed').map(({ path }) => path);
      if (changed.length === 0) return pass('nothing of it was changed since');
      const wrote = (path: readonly string[]) => valueWritten(record, providerId, path);
      return warn(
        `Changed since init wrote it: ${changed.map((path) => path.join('.')).join(', ')}.`,
        `${initLine(asWritten(changed, wrote))}   # if that was not meant: writes again what it wrote then`,
      );
    } catch (error) {
      if (error instanceof CliError) return warn(error.message, error.hint);
      if (error instanceof EditRefused) return skip(error.message);
      throw error;
    }
  },
};

/** The flags of `init` by the keys that they decide. */
const FLAGS: Readonly<Record<string, string>> = {
  model: '--model',
  model_context_window: '--context-window',
  name: '--name',
  env_key: '--env-key',
  stream_idle_timeout_ms: '--stream-idle-timeout',
};

type Wrote = (path: readonly string[]) => TomlValue | undefined;

/** `init` keeps what a user has set, so what it wrote once has to be asked for again. */
function asWritten(changed: readonly (readonly string[])[], wrote: Wrote) {
  let address: string | undefined;
  const more = changed.flatMap((path) => {
    const [key = '', value] = [path.at(-1), wrote(path)];
    if (key === 'base_url' && typeof value === 'string') address = value;
    const flag = FLAGS[key];
    return flag === undefined || value === undefined ? [] : [flag, shellWord(String(value))];
  });
  return { ...(address !== undefined && { address }), more };
}

function valueWritten(record: FileRecord, providerId: string, path: readonly string[]) {
  const keys = record.imprints.filter(({ provider }) => provider === providerId).flatMap(({ keys }) => keys);
  const raw = keys.find((key) => isDeepStrictEqual(key.path, path))?.wrote ?? null;
  return raw === null ? undefined : readToml(`value = ${raw}`)['value'];
}
