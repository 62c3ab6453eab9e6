import { test } from 'vitest';
import { hold } from './fault.js';
import { ADDRESS } from './rows/address.js';
import { GATEWAY } from './rows/gateway.js';
import { LAUNCH } from './rows/launch.js';
import { MODEL_NAME } from './rows/model.js';
import { OTHER_SERVERS } from './rows/other-servers.js';
import { RELEASE } from './rows/release.js';
import { SERVER_KEY } from './rows/server-key.js';

test.each([...ADDRESS, ...OTHER_SERVERS, ...SERVER_KEY, ...MODEL_NAME, ...LAUNCH, ...RELEASE, ...GATEWAY])(
  '$what: $status $check',
  hold,
);
