import type { Health } from '../../lmdeploy/health.js';
import { breaksByOpenai } from '../../lmdeploy/release.js';
import { brokenByOpenai, failedOnServer, refusedTurn, unusableAnswer } from '../../lmdeploy/symptoms.js';
import { troubleHint } from '../../lmdeploy/trouble.js';
import type { Turn } from '../../lmdeploy/turn.js';
import { type Check, type Finding, fail, failBy, pass, skip } from '../check.js';
import { titled } from '../titles.js';

export const responsesAnswers: Check = {
  ...titled('responses.answers'),
  // Said twice for `init`, which settles itself which model is served.
  requires: ['server.awake', 'model.served'],
  async run({ discovery, startLine }) {
    const opening = await discovery.opening();
    if (opening === null) return skip('no turn was tried, for there is no model to try it with');
    const { text, unstreamed, health } = opening;
    if (health !== null && health.state === 'overloaded') return overloaded(health);
    if (text.state !== 'broken') return judge(text, startLine);
    if (breaksByOpenai(text, unstreamed))
      return failBy(brokenByOpenai(text.problem, ', and without streaming it is a bare 500'));
    return judge(unstreamed ?? text, startLine);
  },
};

function overloaded({ said, retryAfter }: Health): Finding {
  const later = retryAfter === null ? '' : ` It asks to come back after ${retryAfter}.`;
  return fail(
    `The server is overloaded: ${said}${later}`,
    'codex-lmdeploy doctor   # again, when it is less busy',
  );
}

async function judge(turn: Turn, startLine: () => Promise<string>): Promise<Finding> {
  switch (turn.state) {
    case 'done':
    case 'whole':
      return pass(
        turn.response.usage
          ? `${turn.response.usage.output_tokens} tokens`
          : 'without usage, so Codex can not tell how full its window is',
      );
    case 'refused':
      return failBy(refusedTurn('a plain turn', turn.error));
    case 'failed':
      return failBy(failedOnServer(turn.message));
    case 'broken':
      return failBy(unusableAnswer(turn.problem));
    case 'no-answer':
      return fail(turn.trouble.message, troubleHint(turn.trouble, await startLine()));
  }
}
