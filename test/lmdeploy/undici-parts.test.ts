import { Agent, buildConnector, Dispatcher, Pool } from 'undici';
import { expect, test } from 'vitest';
import * as parts from '../../src/lmdeploy/undici-parts.js';

test('they are the very parts that the whole of undici has', () => {
  expect(parts.Agent).toBe(Agent);
  expect(parts.Pool).toBe(Pool);
  expect(parts.buildConnector).toBe(buildConnector);
  expect(parts.Agent.prototype.request).toBe(Dispatcher.prototype.request);
});
