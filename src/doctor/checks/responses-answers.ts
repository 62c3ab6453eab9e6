import type { Health } from '../../lmdeploy/health.js';
import { breaksByOpenai } from '../../lmdeploy/release.js';
import { troubleHint } from '../../lmdeploy/trouble.js';
import type { Turn } from '../../lmdeploy/turn.js';
import { type Check, type Finding, fail, pass, skip } from '../check.js';
import { titled } from '../titles.js';

const SERVER_LOG = 'Look at the log of lmdeploy serve api_server; it names the cause.';

export const responsesAnswers: Check = {
  ...titled('responses.answers'),
  // Said twice for `init`, which settles itself which model is served.
  requires: ['server.awake', 'model.served'],
  async run({ discovery, launchLine }) {
    const opening = await discovery.opening();
    if (opening === null) return skip('no turn was tried, for there is no model to try it with');
    const { text, unstreamed, health } = opening;
    if (health !== null && health.state === 'overloaded') return overloaded(health);
    if (text.state !== 'broken') return judge(text, await launchLine('starts it'));
    if (breaksByOpenai(text, unstreamed))
      return fail(
        `The answer breaks off (${text.problem}), and without streaming it is a bare 500: LMDeploy 0.14 to 0.16 does this when its "openai" package is 2.45 or newer.`,
        "pip install -U 'lmdeploy>=0.18'   # on the server (or: pip install 'openai<2.45'); then start it again",
      );
    return judge(unstreamed ?? text, await launchLine('starts it'));
  },
};

function overloaded({ said, retryAfter }: Health): Finding {
  const later = retryAfter === null ? '' : ` It asks to come back after ${retryAfter}.`;
  return fail(
    `The server is overloaded: ${said}${later}`,
    'codex-lmdeploy doctor   # again, when it is less busy',
  );
}

function judge(turn: Turn, start: string): Finding {
  switch (turn.state) {
    case 'done':
    case 'whole':
      return pass(
        turn.response.usage
          ? `${turn.response.usage.output_tokens} tokens`
          : 'without usage, so Codex can not tell how full its window is',
      );
    case 'refused':
      return fail(
        `The server refuses a plain turn (${turn.error.status}): ${turn.error.message}`,
        SERVER_LOG,
      );
    case 'failed':
      return fail(`The turn failed on the server: ${turn.message}`, SERVER_LOG);
    case 'broken':
      return fail(`The answer can't be used: ${turn.problem}.`, SERVER_LOG);
    case 'no-answer':
      return fail(turn.trouble.message, troubleHint(turn.trouble, start));
  }
}
