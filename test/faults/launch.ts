import type { StandInOptions } from '../../src/stand-in/server.js';

/** How a remedy starts the server again: what of its launch changes; null for a remedy that starts none. */
export function launchIn(remedy: string): StandInOptions | null {
  const [command = '', comment = ''] = remedy.split('   #');
  const upgrades = /pip install -U 'lmdeploy>=0\.18'/.test(command);
  const line = /lmdeploy serve api_server (.+)/.exec(command)?.[1];
  if (line === undefined) return upgrades && /start it again/.test(comment) ? { release: '0.18' } : null;
  const [model = '', ...words] = (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
  const given = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2) given.set(words[index] ?? '', words[index + 1] ?? '');
  const [tool, reasoning] = [given.get('--tool-call-parser'), given.get('--reasoning-parser')];
  const length = given.get('--session-len');
  return {
    models: [model],
    toolCallParser: tool ?? false,
    reasoningParser: reasoning !== undefined,
    port: Number(given.get('--server-port') ?? 23_333),
    ...(length !== undefined && { contextLength: Number(length) }),
    ...(upgrades && { release: '0.18' }),
  };
}
