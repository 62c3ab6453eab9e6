import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

// Rows wait side by side, so what they opened goes when their file ends, not when a test does.
const closers: (() => unknown)[] = [];
afterAll(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** Has something closed when the file's last row is done. */
export function later(close: () => unknown): void {
  closers.push(close);
}

/** Puts a server of any kind on a free loopback port. Gives its root address. */
export async function listening(server: Server, scheme: 'http' | 'https' = 'http'): Promise<string> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A folder of its own. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-hostile-'));
  later(() => rm(path, { recursive: true, force: true, maxRetries: 10 }));
  return path;
}
