import { join } from 'node:path';
import type { Context } from '../context.js';
import type { TomlTable } from '../toml/read.js';
import { merge } from './effective.js';
import { type CodexHome, codexHome, readConfigFile } from './home.js';
import { projectFolders } from './projects.js';

/** A config file that Codex reads. */
export interface Layer {
  readonly kind: 'managed' | 'project' | 'profile' | 'user' | 'system';
  readonly path: string;
  readonly text: string;
  readonly document: TomlTable;
}

/** What a project's file can't set; Codex 0.169.0 passes over it. */
const NOT_FOR_PROJECTS = [
  ...['model_provider', 'model_providers', 'profile', 'profiles', 'notify'],
  ...['openai_base_url', 'chatgpt_base_url'],
];

/**
 * The config files that Codex lays over each other for a session that starts here, the strongest first: the managed one,
 * which outdoes even `-c`; the projects' from the working directory up, if they are trusted; the profile's; the user's;
 * the system's (asked of `config/read` and of real turns of Codex 0.134.0, 0.150.0 and 0.169.0). One that can't be read
 * counts as absent: `config.syntax` and Codex itself name it.
 */
export async function layersOf(context: Context, home: CodexHome): Promise<Layer[]> {
  const { systemFolder } = context;
  const fixed = await Promise.all([
    layer('managed', join(systemFolder, 'managed_config.toml')),
    home.profile === null ? null : layer('profile', home.configPath),
    layer('user', home.userConfigPath),
    layer('system', join(systemFolder, 'config.toml')),
  ]);
  const [managed, ...below] = fixed;
  const trust = merge(fixed.filter((one) => one !== null));
  // Only a file above says that a project is trusted; to look for one takes as long as all the rest.
  const projects = trust['projects'] === undefined ? [] : await projectFolders(context.cwd, trust);
  const trusted = projects.filter((one) => one.trusted && join(one.folder, '.codex') !== home.path);
  const found = trusted.map(({ folder }) => layer('project', join(folder, '.codex', 'config.toml')));
  return [managed, ...(await Promise.all(found)), ...below].filter((one) => one !== null);
}

/** Of these files those whose keys outdo the one that this program writes: `config.toml`, or a profile. */
export async function layersAbove(context: Context, home = codexHome(context, {})): Promise<Layer[]> {
  return (await layersOf(context, home)).filter(isAbove);
}

export function isAbove({ kind }: Layer): boolean {
  return kind === 'managed' || kind === 'project';
}

async function layer(kind: Layer['kind'], path: string): Promise<Layer | null> {
  try {
    const text = await readConfigFile(path);
    if (text === null) return null;
    const { readToml } = await import('../toml/read.js');
    const document = readToml(text);
    if (kind === 'project') for (const key of NOT_FOR_PROJECTS) delete document[key];
    return { kind, path, text, document };
  } catch {
    return null;
  }
}
