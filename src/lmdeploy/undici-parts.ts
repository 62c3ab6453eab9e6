// undici without fetch, caches, mocks and WebSockets, which its index loads as well: a third of the code, in a third of the
// time (7.30.2). They are no public interface: a test holds them to what the whole of undici has.
import request from 'undici/lib/api/api-request.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';

// undici's index lends each dispatcher all of the calls; this is the one that is made here.
Dispatcher.prototype.request ??= request;

export { Agent, buildConnector, Pool };
