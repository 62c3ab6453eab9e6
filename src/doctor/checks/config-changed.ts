import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type FileRecord, readJournal } from '../../codex/journal.js';
import { isAsLeft, withdraw } from '../../codex/record.js';
import { CliError } from '../../errors.js';
import { EditRefused } from '../../toml/edit.js';
import { readToml } from '../../toml/read.js';
import { printable } from '../../ui/printable.js';
import { type Check, fail, pass, saidBy, skip, warn } from '../check.js';
import { titled } from '../titles.js';

export const configChanged: Check = {
  ...titled('config.changed'),
  requires: ['config.syntax'],
  async run({ home, config, providerId, initLine, removeLine, settings }, earlier) {
    try {
      const { pending, files } = await readJournal(home);
      if (pending !== null)
        return fail(
          `A run that began ${pending.startedAt} was interrupted while it wrote.`,
          `${initLine()}   # puts right what it left, first of all`,
        );
      const record = files[basename(home.configPath)];
      if (record === undefined || config.state !== 'read')
        return pass('init has written nothing here that could have changed');
      const { kept } = isAsLeft(config.text, record)
        ? { kept: [] }
        : withdraw({ text: config.text, record }, providerId);
      const changed = kept.filter(({ why, path }) => why === 'changed' && isReliedOn(path));
      if (changed.length === 0) return pass('nothing of it that matters was changed since');
      // One cause, one finding: what Codex can't go by is said there.
      if ((await earlier('config.provider'))?.status === 'fail') return saidBy('config.provider');
      const names = changed.map(({ path }) => path.join('.')).join(', ');
      const address = valueWritten(record, providerId, ['model_providers', providerId, 'base_url']);
      const isMoved = typeof address === 'string' && address !== settings.block?.baseUrl;
      const back = isMoved ? initLine(wayBack(address, record, providerId)) : initLine();
      return warn(
        `Changed since init wrote it: ${names}${isMoved ? `, which was ${printable(address)}` : ''}.`,
        `${back}   # if that was not meant; if it was: ${removeLine()} && ${initLine()}`,
      );
    } catch (error) {
      if (error instanceof CliError) return warn(error.message, error.hint);
      if (error instanceof EditRefused) return skip(error.message);
      throw error;
    }
  },
};

/** Without these Codex goes elsewhere. What else `init` wrote is the user's to set, and a second `init` keeps it. */
const RELIED_ON: readonly string[] = ['model_provider', 'base_url', 'wire_api', 'requires_openai_auth'];

function isReliedOn(path: readonly string[]): boolean {
  return RELIED_ON.includes(path.at(-1) ?? '');
}

/** What leads to an address again: a bridge's is made from the server behind it and a port. */
function wayBack(address: string, record: FileRecord, providerId: string) {
  const bridge = record.imprints.find(({ provider }) => provider === providerId)?.bridge;
  if (bridge?.address !== address) return { address };
  return { address: bridge.server, more: [`--bridge ${new URL(address).port}`] };
}

/** What `init` wrote at a path, as a value. */
function valueWritten(record: FileRecord, providerId: string, path: readonly string[]) {
  const keys = record.imprints.filter(({ provider }) => provider === providerId).flatMap(({ keys }) => keys);
  const raw = keys.find((key) => isDeepStrictEqual(key.path, path))?.wrote ?? null;
  return raw === null ? undefined : readToml(`value = ${raw}`)['value'];
}
