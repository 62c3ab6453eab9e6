/** What an option or an argument takes where only a few words do, by its name: for its parser and for completion. */
export const CHOICES = {
  shell: ['sh', 'bash', 'zsh', 'fish', 'powershell'],
  prompt: ['codex', 'compact'],
  what: ['provider', 'profile', 'catalog', 'launch', 'service', 'nginx', 'haproxy'],
  manager: ['systemd', 'launchd'],
  'bash|zsh|fish': ['bash', 'zsh', 'fish'],
} as const;
