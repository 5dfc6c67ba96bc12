/** The sandbox worker for Node's threads: the same service on Node's kind of port. */
import { parentPort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { createSandbox } from '../../src/sandbox/serve_quickjs';

Comlink.expose(createSandbox(), nodeEndpoint(parentPort!));
