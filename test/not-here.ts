/** What can't be tried on a system, and why. `vitest.config.ts` leaves these out there; nothing is left out on Linux. */
const NOT_ON: Partial<Record<NodeJS.Platform, Readonly<Record<string, string>>>> = {
  darwin: {
    'test/e2e/**': "terminals by util-linux's script, full disks by unshare",
    'test/commands/init-all.test.ts': "a terminal by util-linux's script",
    'test/kill/**': 'some thousand processes, which the time of a free runner does not allow',
  },
  win32: {
    'test/e2e/**': 'terminals, full disks, signals and rights as POSIX has them',
    'test/kill/**': 'signals',
    'test/security/**': 'rights, links, pipes and a POSIX shell',
    'test/faults/**': 'a Codex that is a shell script',
    'test/docs/readme.test.ts': "the README's lines are for a POSIX shell",
    'test/docs/troubleshooting.test.ts': 'a Codex that is a shell script, and signals',
    'test/docs/screens.test.ts': 'pictures with POSIX paths',
    'test/fleet/front-programs.test.ts': 'nginx and HAProxy, and the program openssl',
    'test/hostile/{bridge,bridge-memory,listing}.test.ts': 'signals',
    'test/lmdeploy/network-{redirect,trust}.test.ts': 'the program openssl',
    'test/codex/{apply,hold,temporary-catalog}.test.ts': 'rights (0600) and links',
    'test/codex/{home,layers}.test.ts': 'pipes, links and process groups',
    'test/codex/{installed,recorder}.test.ts': 'a Codex that is a shell script',
    'test/codex/line-edit.test.ts': 'lines for a POSIX shell',
    'test/commands/{completion,env}.test.ts': 'bash, zsh and sh',
    'test/commands/{init,init-all,init-all-again,init-catalog,init-existing,remove}.test.ts':
      'a Codex that is a shell script, rights and links',
    'test/commands/{run,run-bridge}.test.ts': 'a Codex that is a shell script, and signals',
    'test/commands/bridge.test.ts': 'signals',
    'test/commands/print-service.test.ts': 'links',
    'test/doctor/{codex-home,live}.test.ts': 'rights and links',
    'test/standard-output.test.ts': 'pipes, and a POSIX shell',
    'test/ui/shell-word.test.ts': 'a POSIX shell',
  },
};

/** The patterns of the files that are left out on a system. */
export function notHere(platform: NodeJS.Platform): string[] {
  return Object.keys(NOT_ON[platform] ?? {});
}
