import { basename } from 'node:path';
import { readJournal } from '../../codex/journal.js';
import { withdraw } from '../../codex/record.js';
import { CliError } from '../../errors.js';
import { EditRefused } from '../../toml/edit.js';
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
      const { kept } = withdraw({ text: config.text, record }, providerId);
      const changed = kept.filter(({ why }) => why === 'changed').map(({ path }) => path.join('.'));
      if (changed.length === 0) return pass('nothing of it was changed since');
      return warn(
        `Changed since init wrote it: ${changed.join(', ')}.`,
        `${again}   # if that was not meant; init keeps names, timeouts and headers`,
      );
    } catch (error) {
      if (error instanceof CliError) return warn(error.message, error.hint);
      if (error instanceof EditRefused) return skip(error.message);
      throw error;
    }
  },
};
