import { test } from 'vitest';
import { hold, titled } from './fault.js';
import { SERVER } from './rows/index.js';

test.each(titled(SERVER))('%s', (_, fault) => hold(fault));
