import { isOwnAddress, placeFor, USUAL_HOST } from '../bridge/place.js';
import type { Context } from '../context.js';
import { examine } from '../doctor/examination.js';
import { document } from '../document.js';
import type { serviceDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { parseFlags } from '../options.js';
import { printable } from '../ui/printable.js';
import { openTerminal } from '../ui/terminal.js';

/** The programs that keep a bridge running, and how each is told to. */
const MANAGERS: Readonly<Record<string, (command: readonly string[]) => string>> = { systemd, launchd };

/** `print service systemd|launchd`: a file that keeps a bridge running. Asks no server, and holds no key: Codex brings it. */
export async function printService(
  context: Context,
  raw: Record<string, unknown>,
  manager = '',
): Promise<number> {
  const flags = parseFlags('print', raw);
  const terminal = openTerminal(context, flags);
  const write = Object.hasOwn(MANAGERS, manager) ? MANAGERS[manager] : undefined;
  if (write === undefined)
    throw new CliError(
      'usage',
      manager === ''
        ? 'print service needs the name of what keeps it running.'
        : `"${printable(manager)}" is nothing that print service knows.`,
      'codex-lmdeploy print service systemd (or launchd) --base-url http://HOST:23333',
    );
  const examination = await examine(context, flags, terminal, () => async () => null, {
    isOffline: true,
  });
  const { settings } = examination;
  await examination.close();
  const server = settings.baseUrl.value;
  const { host, port } = placeFor(settings.bridge, { port: flags.port });
  if (isOwnAddress(server, port))
    throw new CliError(
      'usage',
      `${server} is the bridge's own address, and a bridge needs the one of a server.`,
      'Give the address that lmdeploy serve api_server printed with --base-url, or another port with --port.',
    );
  const at = host === USUAL_HOST ? [] : ['--host', host];
  const text = write([...context.self, 'bridge', server, '--port', `${port}`, ...at]);
  if (context.self.some((word) => /[\\/]_npx[\\/]/.test(word)))
    terminal.note(
      `${terminal.err.yellow('!')} npx keeps this program in a cache that may be cleared; for a service: npm install -g codex-lmdeploy`,
    );
  if (flags.json) terminal.document(document<typeof serviceDocument>({ ok: true, text }));
  else terminal.data(text.trimEnd());
  return EXIT.done;
}

function systemd([program = '', ...args]: readonly string[]): string {
  // systemd 252 starts no program whose path holds a quote or a backslash, but passes them on.
  const named = /["'\\]/.test(program) ? ['/usr/bin/env', program] : [program];
  // A % names something of systemd's; a $ a variable, but in the program's own path.
  const words = [...named, ...args].map((word, index) => {
    const plain = word.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('%', '%%');
    return `"${index === 0 ? plain : plain.replaceAll('$', '$$$$')}"`;
  });
  return `# Save as ~/.config/systemd/user/codex-lmdeploy-bridge.service, then:
#   systemctl --user daemon-reload && systemctl --user enable --now codex-lmdeploy-bridge
# It ends with your last login unless: loginctl enable-linger
# What it says: journalctl --user -u codex-lmdeploy-bridge
[Unit]
Description=Bridge between Codex and LMDeploy (codex-lmdeploy)

[Service]
ExecStart=${words.join(' ')}
Restart=on-failure
RestartSec=2
# If the server is behind a proxy or a CA of your own, it is named here, for a service does not see your shell:
# Environment=HTTPS_PROXY=http://PROXY:3128
# Environment=CODEX_CA_CERTIFICATE=/path/to/ca.pem

[Install]
WantedBy=default.target
`;
}

function launchd(command: readonly string[]): string {
  const words = command.map(
    (word) => `    <string>${word.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</string>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- Save as ~/Library/LaunchAgents/codex-lmdeploy.bridge.plist, then:
     launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/codex-lmdeploy.bridge.plist
     To end it: launchctl bootout gui/$(id -u)/codex-lmdeploy.bridge -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>codex-lmdeploy.bridge</string>
  <key>ProgramArguments</key>
  <array>
${words.join('\n')}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
</dict>
</plist>
`;
}
