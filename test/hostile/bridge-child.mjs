// Starts bridges on demand, each with the environment it is told, and tells how much memory this process held at most.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

// A module made of the source: to make it here would count as memory of the bridge.
const { processContext, startBridge } = await import(pathToFileURL(process.argv[2]).href);
const context = processContext();

process.on('message', async ({ id, upstream, env }) => {
  try {
    if (upstream === undefined) return process.send({ id, peakMb: peakMb() });
    const bridge = await startBridge({ ...context, env }, { upstream, model: 'tiny', port: 0 });
    process.send({ id, baseUrl: bridge.baseUrl });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});

/** Linux counts the parent's memory at the fork in to `maxRSS`, and keeps the process's own apart. */
function peakMb() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
